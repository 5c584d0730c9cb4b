//! All routes of the API, one file per page of the product.

mod analysis;
mod appraisal;
mod boards;
mod body;
mod contract;
mod data;
mod home;
mod lineage;
mod metrics;
mod project;
mod reconcile;
mod sources;
mod targets;
#[cfg(test)]
mod tests;
mod why;
mod wizard;

use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::State;

#[derive(OpenApi)]
#[openapi(info(title = "yunheng", description = "Operations performance: metrics, lineage and explained scores."))]
struct Document;

/// Every route with its description.
pub(crate) fn all() -> OpenApiRouter<State> {
    let mut routes = described().layer(axum::middleware::from_fn(body::refuse_nul));
    contract::complete(routes.get_openapi_mut());
    routes
}

fn described() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(project::find_project))
        .routes(routes!(home::find_home))
        .routes(routes!(data::list_datasets))
        .routes(routes!(data::list_dataset_rows))
        .routes(routes!(data::list_imports))
        .routes(routes!(data::find_import))
        .routes(routes!(data::download_rejects))
        .routes(routes!(data::undo_import))
        .routes(routes!(sources::list_sources, sources::create_source))
        .routes(routes!(sources::download_definition))
        .routes(routes!(sources::list_presets))
        .routes(routes!(wizard::create_upload))
        .routes(routes!(wizard::preview_upload))
        .routes(routes!(wizard::check_upload))
        .routes(routes!(wizard::import_upload))
        .routes(routes!(wizard::find_job, wizard::cancel_job))
        .routes(routes!(metrics::list_metrics))
        .routes(routes!(metrics::find_metric))
        .routes(routes!(metrics::list_dimension_values))
        .routes(routes!(metrics::list_value_names))
        .routes(routes!(analysis::query))
        .routes(routes!(analysis::export))
        .routes(routes!(why::explain))
        .routes(routes!(lineage::trace))
        .routes(routes!(lineage::list_rows))
        .routes(routes!(lineage::export_rows))
        .routes(routes!(lineage::list_origin))
        .routes(routes!(targets::list_targets, targets::set_target))
        .routes(routes!(targets::list_target_versions))
        .routes(routes!(targets::set_targets))
        .routes(routes!(targets::cascade_target))
        .routes(routes!(targets::rebalance_target))
        .routes(routes!(targets::check_targets))
        .routes(routes!(targets::draft_targets))
        .routes(routes!(targets::find_target_path))
        .routes(routes!(targets::find_target_progress))
        .routes(routes!(targets::propose_target))
        .routes(routes!(targets::decide_targets))
        .routes(routes!(targets::import_targets))
        .routes(routes!(targets::download_template))
        .routes(routes!(targets::list_actuals, targets::set_actual))
        .routes(routes!(targets::decide_actuals))
        .routes(routes!(reconcile::list_reconciliations, reconcile::create_reconciliation))
        .routes(routes!(reconcile::find_reconciliation))
        .routes(routes!(boards::list_boards, boards::create_board))
        .routes(routes!(boards::find_board, boards::change_board, boards::delete_board))
        .routes(routes!(boards::list_board_versions))
        .routes(routes!(boards::export_board, boards::export_board_as_asked))
        .routes(routes!(boards::list_board_exports))
        .routes(routes!(appraisal::list_schemes))
        .routes(routes!(appraisal::list_subjects))
        .routes(routes!(appraisal::list_scorecards, appraisal::create_scorecard))
        .routes(routes!(appraisal::find_scorecard))
        .routes(routes!(appraisal::create_ranking))
}

/// A file to be saved by the browser.
fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> axum::response::Response {
    use axum::{http::header, response::IntoResponse};
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";
