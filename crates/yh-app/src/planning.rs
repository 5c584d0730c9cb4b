//! From questions to SQL, on the engine's own threads: how long that takes is up to the question.

use std::sync::Arc;

use yh_metrics::{Access, Catalog, InputRows, MetricQuery, Plan};

use crate::{App, Result};

/// Plans a question.
pub(crate) async fn plan(app: &App, catalog: &Arc<Catalog>, query: &MetricQuery, access: &Access) -> Result<Plan> {
    let (catalog, query, access) = (Arc::clone(catalog), query.clone(), access.clone());
    Ok(app.lake.work(move || yh_metrics::plan(&catalog, &query, &access)).await??)
}

/// Plans the questions for the rows behind one cell of an answer.
pub(crate) async fn rows(
    app: &App,
    catalog: &Arc<Catalog>,
    query: &MetricQuery,
    access: &Access,
    metric: &str,
    cell: &[(String, Option<String>)],
) -> Result<Vec<InputRows>> {
    let (catalog, query, access) = (Arc::clone(catalog), query.clone(), access.clone());
    let (metric, cell) = (metric.to_owned(), cell.to_vec());
    Ok(app.lake.work(move || yh_metrics::rows(&catalog, &query, &access, &metric, &cell)).await??)
}

/// What the filters of a question speak of.
pub(crate) struct Filters {
    /// The group-bys of each filter; none where it cannot be read.
    pub names: Vec<Option<Vec<String>>>,
    /// The dimension and value that the only filter picks.
    pub segment: Option<(String, String)>,
}

/// Reads the filters of a question.
pub(crate) async fn filters(app: &App, catalog: &Arc<Catalog>, filters: &[String]) -> Result<Filters> {
    let (catalog, filters) = (Arc::clone(catalog), filters.to_vec());
    let read = move || Filters {
        names: filters.iter().map(|filter| yh_metrics::filtered_by(&catalog, filter).ok()).collect(),
        segment: match filters.as_slice() {
            [filter] => yh_metrics::segment_of(&catalog, filter),
            _ => None,
        },
    };
    Ok(app.lake.work(read).await?)
}
