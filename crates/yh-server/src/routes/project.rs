//! The project itself.

use axum::{Json, extract::State};

use crate::{problem::Answered, wire};

/// Describes the project and its state.
#[utoipa::path(get, path = "/project", responses((status = 200, body = wire::Project)))]
pub(crate) async fn find_project(State(state): State<crate::State>) -> Answered<wire::Project> {
    let settings = &state.app.project.settings;
    let definitions = state.app.definitions().await?;
    let cutoff = settings.day_cutoff_minutes;
    Ok(Json(wire::Project {
        name: settings.name.clone(),
        locale: settings.locale.clone(),
        timezone: settings.zone_name.clone(),
        currency: settings.currency.clone(),
        day_cutoff: format!("{:02}:{:02}", cutoff / 60, cutoff % 60),
        fiscal_year_start: settings.fiscal_year_start,
        grains: definitions
            .calendar
            .grains()
            .iter()
            .map(|(name, label)| wire::Grain { name: name.clone(), label: wire::Label::from(label) })
            .collect(),
        as_of: yh_app::home::as_of(&state.app).await?.map(|day| day.to_string()),
        issues: definitions.issues.iter().map(wire::Issue::from).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: definitions.revision.clone(),
        synthetic: settings.synthetic,
    }))
}
