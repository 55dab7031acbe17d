//! The frame of the OpenAPI document. Each function brings its own paths.

use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
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

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Holdfast",
        description = "Sells scarce things exactly once: tickets, stock, time slots and packages of hours.",
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
        .description(Some("A token of the configured issuer, with `sub`, `email`, `organization` and `roles`."));
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
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemBody::name()))).build();
    let refused =
        ResponseBuilder::new().description("The request is turned down.").content(PROBLEM_JSON, problem).build();
    components.responses.insert(REFUSED.to_owned(), RefOr::T(refused));
    document
}

/// The whole document: the base with the functions' parts. Every operation gets the refusal as its answer to a request that
/// is wrong and to anything else that it does not name, so no function has to repeat it; and where it says nothing of who
/// may call, it says that all may.
pub fn document(parts: impl IntoIterator<Item = utoipa::openapi::OpenApi>) -> utoipa::openapi::OpenApi {
    let mut document = base();
    for part in parts {
        document.merge(part);
    }
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        for answer in ["4XX", "default"] {
            let refused = RefOr::Ref(Ref::from_response_name(REFUSED));
            operation.responses.responses.entry(answer.to_owned()).or_insert(refused);
        }
        operation.security.get_or_insert_default();
    }
    document
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = path;
    [get, put, post, delete, options, head, patch, trace].into_iter().filter_map(Option::as_mut)
}

#[cfg(test)]
mod tests {
    use utoipa::OpenApi;

    use super::document;

    #[utoipa::path(get, path = "/v1/things", responses((status = 200, description = "Things")), security(("token" = [])))]
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
        let operation = &document["paths"]["/v1/things"]["get"];
        assert_eq!(operation["responses"]["200"]["description"], "Things");
        for answer in ["4XX", "default"] {
            assert_eq!(operation["responses"][answer]["$ref"], "#/components/responses/Refused");
        }
        let content = &document["components"]["responses"]["Refused"]["content"]["application/problem+json"];
        assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
        assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
        assert!(document["components"]["schemas"]["FieldProblem"].is_object());
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        assert_eq!(document["components"]["securitySchemes"]["order_token"]["name"], "X-Order-Token");
    }
}
