//! The frame of the OpenAPI document. Each function brings its own paths.

use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        Content, ContentBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::problem::{FieldProblem, PROBLEM_JSON, ProblemBody};

/// The name of the scheme of callers with a JWT, for `security(("token" = []))`.
pub const TOKEN: &str = "token";

/// The name of the scheme of a caller with an order's token, for `security(("order_token" = []))`.
pub const ORDER_TOKEN: &str = "order_token";

/// The name of the scheme of the schedule's own callers, for `security(("cron_secret" = []))`.
pub const CRON_SECRET: &str = "cron_secret";

/// The name of the scheme of Stripe, for `security(("stripe_signature" = []))`.
pub const STRIPE_SIGNATURE: &str = "stripe_signature";

const REFUSED: &str = "Refused";

/// Tokens have roles instead.
const NO_SCOPES: [&str; 0] = [];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Holdfast",
        description = "Sells scarce things exactly once: tickets, stock, time slots and packages of hours.\n\n\
            A parameter of a query with an empty value, as a form sends it, is left out.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "Where this description is served")),
    components(schemas(ProblemBody, FieldProblem))
)]
struct Base;

/// The document without any paths: what it is, how refusals look, how callers say who they are.
#[must_use]
pub fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("A token of the configured issuer, with `sub`, `organization` and `roles`."));
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer.build()));
    let order_token =
        ApiKeyValue::with_description("X-Order-Token", "The order's `access_token`. `?token=` does the same.");
    components.add_security_scheme(ORDER_TOKEN, SecurityScheme::ApiKey(ApiKey::Header(order_token)));
    let cron = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The secret of maintenance calls, `CRON_SECRET`."));
    components.add_security_scheme(CRON_SECRET, SecurityScheme::Http(cron.build()));
    let signature = ApiKeyValue::with_description(
        "Stripe-Signature",
        "Stripe's signature over the body, as https://docs.stripe.com/webhooks#verify-manually has it.",
    );
    components.add_security_scheme(STRIPE_SIGNATURE, SecurityScheme::ApiKey(ApiKey::Header(signature)));
    let refused = ResponseBuilder::new().description("The request is turned down.").content(PROBLEM_JSON, problem());
    components.responses.insert(REFUSED.to_owned(), RefOr::T(refused.build()));
    document
}

/// The body of a refusal.
fn problem() -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemBody::name()))).build()
}

/// The whole document: the base with the functions' parts. Every operation names each refusal that it answers: those that
/// follow from what it takes are added here, so that a handler says its own alone, and each has the refusal's body. Where an
/// operation says nothing of who may call, it says that all may.
pub fn document(parts: impl IntoIterator<Item = utoipa::openapi::OpenApi>) -> utoipa::openapi::OpenApi {
    let mut document = base();
    for part in parts {
        document.merge(part);
    }
    for (path, item) in &mut document.paths.paths {
        for (is_safe, operation) in operations(item) {
            for status in refusals(path, is_safe, operation) {
                let refused = RefOr::Ref(Ref::from_response_name(REFUSED));
                operation.responses.responses.entry(status.to_owned()).or_insert(refused);
            }
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response
                    && status.starts_with(['4', '5'])
                    && response.content.is_empty()
                {
                    response.content.insert(PROBLEM_JSON.to_owned(), RefOr::T(problem()));
                }
            }
            operation.security.get_or_insert_default();
        }
    }
    document
}

/// The refusals that follow from what an operation takes: what the frame of every function, its extractors and the check
/// of its callers turn down.
fn refusals(path: &str, is_safe: bool, operation: &Operation) -> Vec<&'static str> {
    let schemes = operation.security.as_deref().unwrap_or_default();
    let reads = operation.parameters.as_ref().is_some_and(|all| !all.is_empty()) || operation.request_body.is_some();
    let all = [
        (reads || !schemes.is_empty(), "400"),
        (!schemes.is_empty(), "401"),
        (*schemes == [SecurityRequirement::new(TOKEN, NO_SCOPES)], "403"),
        (path.contains('{'), "404"),
        (true, "413"),
        (!is_safe, "415"),
        (true, "5XX"),
    ];
    all.into_iter().filter(|(answers, _)| *answers).map(|(_, status)| status).collect()
}

/// The operations of a path, each with whether it changes nothing.
fn operations(path: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = path;
    let all = [
        (true, get),
        (true, head),
        (true, options),
        (true, trace),
        (false, put),
        (false, post),
        (false, delete),
        (false, patch),
    ];
    all.into_iter().filter_map(|(is_safe, operation)| Some((is_safe, operation.as_mut()?)))
}

#[cfg(test)]
mod tests {
    use utoipa::OpenApi;

    use super::document;

    #[utoipa::path(post, path = "/v1/things/{thing}", params(("thing" = String, Path)), security(("token" = [])),
        responses((status = 200, description = "Things"), (status = 409, description = "Not now")))]
    #[expect(dead_code, reason = "only its description counts")]
    fn things() {}

    #[derive(OpenApi)]
    #[openapi(paths(things))]
    struct Part;

    #[test]
    fn parts_are_framed() {
        let document = serde_json::to_value(document([Part::openapi()])).expect("JSON");
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
        assert_eq!(document["info"]["title"], "Holdfast");
        let operation = &document["paths"]["/v1/things/{thing}"]["post"];
        assert_eq!(operation["responses"]["200"]["description"], "Things");
        for answer in ["400", "401", "403", "404", "413", "415", "5XX"] {
            assert_eq!(operation["responses"][answer]["$ref"], "#/components/responses/Refused", "{answer}");
        }
        let own = &operation["responses"]["409"];
        assert_eq!(own["description"], "Not now");
        assert_eq!(own["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem");
        assert_eq!(operation["responses"].as_object().map(serde_json::Map::len), Some(9), "and no other");
        let content = &document["components"]["responses"]["Refused"]["content"]["application/problem+json"];
        assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
        assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
        assert!(document["components"]["schemas"]["FieldProblem"].is_object());
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        assert_eq!(document["components"]["securitySchemes"]["order_token"]["name"], "X-Order-Token");
    }
}
