//! What every route can answer beside its own, and who may ask: written into the document once.

use utoipa::openapi::{
    Content, OpenApi, Ref, RefOr, ResponseBuilder,
    path::{Operation, PathItem},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// When a status can come.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Always,
    /// With a body.
    Body,
    /// Where definitions or facts are read.
    Read,
    /// Where something is changed.
    Change,
}

const STATUSES: &[(&str, &str, When)] = &[
    ("400", "The request cannot be read", When::Always),
    ("401", "No token, or a wrong one", When::Always),
    ("403", "The request comes from another site or names another host", When::Always),
    ("404", "Something that it names does not exist", When::Read),
    ("408", "The body did not come in time", When::Body),
    ("409", "Somebody else is at it", When::Change),
    ("413", "It exceeds a limit of size, memory or time", When::Read),
    ("415", "The body is of another kind", When::Body),
    ("422", "It asks for something that cannot be: the reason is in words", When::Read),
    ("431", "The headers are too large", When::Always),
    ("500", "Something failed inside", When::Always),
    ("503", "Too much is asked for at once", When::Read),
];

/// Routes that read nothing but this server's memory.
const FROM_MEMORY: [&str; 1] = ["/presets"];

/// Completes the document of the routes.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (status, description, _) in STATUSES {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let response = ResponseBuilder::new().description(*description).content("application/problem+json", problem).build();
        components.responses.insert(name(status), RefOr::T(response));
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of the printed address")).build();
    let cookie = ApiKeyValue::with_description("yunheng_PORT", "Set by opening the printed address; PORT is this server's");
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let none: [&str; 0] = [];
    document.security = Some(vec![SecurityRequirement::new("bearer", none), SecurityRequirement::new("cookie", none)]);
    for (path, item) in &mut document.paths.paths {
        for (operation, changes) in operations(item) {
            add(operation, path, changes);
        }
    }
}

fn name(status: &str) -> String {
    format!("Problem{status}")
}

/// The operations of an address, and whether each changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reading = item.get.iter_mut().map(|operation| (operation, false));
    let changing = [&mut item.post, &mut item.put, &mut item.delete, &mut item.patch];
    reading.chain(changing.into_iter().flatten().map(|operation| (operation, true)))
}

fn add(operation: &mut Operation, path: &str, changes: bool) {
    let has_body = operation.request_body.is_some();
    let reads = !FROM_MEMORY.contains(&path);
    for (status, _, when) in STATUSES {
        let applies = match when {
            When::Always => true,
            When::Body => has_body,
            When::Read => reads,
            When::Change => changes,
        };
        if applies {
            let response = RefOr::Ref(Ref::from_response_name(name(status)));
            operation.responses.responses.entry((*status).to_owned()).or_insert(response);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_operation_says_what_it_can_answer_and_who_may_ask() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).expect("JSON");
        assert!(document["components"]["securitySchemes"]["bearer"].is_object());
        let paths = document["paths"].as_object().expect("paths");
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("operations") {
                let responses = operation["responses"].as_object().expect("responses");
                for status in ["401", "403", "500"] {
                    assert!(responses.contains_key(status), "{method} {path} does not document {status}");
                }
                assert_eq!(responses.contains_key("415"), operation.get("requestBody").is_some(), "{method} {path}");
                assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
            }
        }
    }
}
