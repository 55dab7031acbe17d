//! The API's description: a frame, to which each function brings its own paths, and what follows from these for a client.

mod answers;
mod examples;
mod refusals;

use serde_json::{Value, json};
use utoipa::{
    OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::problem::{FieldProblem, ProblemBody};

/// The name of the scheme of callers with a JWT, for `security(("token" = []))`.
pub const TOKEN: &str = "token";

/// The name of the scheme of a caller with an order's token, for `security(("order_token" = []))`.
pub const ORDER_TOKEN: &str = "order_token";

/// The name of the scheme of a device at a listing's doors, for `security(("device_key" = []))`.
pub const DEVICE_KEY: &str = "device_key";

/// The name of the scheme of the schedule's own callers, for `security(("cron_secret" = []))`.
pub const CRON_SECRET: &str = "cron_secret";

/// The name of the scheme of Stripe, for `security(("stripe_signature" = []))`.
pub const STRIPE_SIGNATURE: &str = "stripe_signature";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Holdfast",
        description = "Sells scarce things exactly once: tickets, stock, time slots and packages of hours.\n\n\
            A parameter of a query with an empty value, as a form sends it, is left out.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers(
        (url = "/", description = "Where this description is served"),
        (url = "http://127.0.0.1:{port}", description = "A local stack",
            variables(("port" = (default = "3000", description = "As `--port` says")))),
    ),
    components(schemas(ProblemBody, FieldProblem))
)]
struct Base;

/// The document without any paths: what it is, and how callers say who they are.
fn base() -> utoipa::openapi::OpenApi {
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
    let device = ApiKeyValue::with_description(
        "Authorization",
        "`Device` and a blank before the `key` that its registration answered, as `Device dev_9f3a.K7WQ2M9D`. It is good for one listing, until it is revoked.",
    );
    components.add_security_scheme(DEVICE_KEY, SecurityScheme::ApiKey(ApiKey::Header(device)));
    let cron = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The secret of maintenance calls, `CRON_SECRET`."));
    components.add_security_scheme(CRON_SECRET, SecurityScheme::Http(cron.build()));
    let signature = ApiKeyValue::with_description(
        "Stripe-Signature",
        "Stripe's signature over the body, as https://docs.stripe.com/webhooks#verify-manually has it.",
    );
    components.add_security_scheme(STRIPE_SIGNATURE, SecurityScheme::ApiKey(ApiKey::Header(signature)));
    document
}

/// What an operation is about, by how its path begins: the tag's name, and what it says.
const TAGS: [(&str, &str, &str); 11] = [
    ("/v1/listings", "Listings", "What is for sale. Open to all."),
    ("/v1/checkout", "Checkout", "Placing an order, and coming back from Stripe's page."),
    ("/v1/orders/{order}/refunds", "Refunds", "Money that goes back."),
    ("/v1/orders", "Orders", "One order and what comes of it, for its buyer and for staff."),
    ("/v1/bookings", "Bookings", "An expert's time: an answer, a cancellation and its quote."),
    ("/v1/tickets", "Tickets", "Checking tickets in."),
    ("/v1/customers", "Customers", "A customer's orders and hours, and the erasure of what names them."),
    ("/v1/organizations", "Organizations", "Sellers: what they sell, and what was sold. For their staff."),
    ("/v1/maintenance", "Maintenance", "What runs by schedule, by hand."),
    ("/webhooks", "Stripe", "What Stripe sends."),
    ("/", "Service", "The service itself."),
];

/// The whole description: the base with the functions' parts, and what follows from them. Each operation has a tag, says who
/// may call it, and names each refusal that it answers: those that follow from what it takes are added here, so that a
/// handler says its own alone. Answers say which of their fields are always there, and bodies have an example.
#[must_use]
pub fn document(parts: impl IntoIterator<Item = utoipa::openapi::OpenApi>) -> Value {
    let mut whole = base();
    for part in parts {
        whole.merge(part);
    }
    let mut document = serde_json::to_value(whole).unwrap_or_default();
    document["tags"] = TAGS.iter().map(|(_, name, meaning)| json!({ "name": name, "description": meaning })).collect();
    document["components"]["responses"] = refusals::common();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let tag = TAGS.iter().find(|(begin, _, _)| path.starts_with(begin)).map(|(_, name, _)| *name);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            operation["tags"] = tag.into_iter().collect();
            let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
            parameters.into_iter().flatten().for_each(never_null);
            refusals::add(path, method, operation);
            if let Some(operation) = operation.as_object_mut() {
                operation.entry("security").or_insert_with(|| json!([]));
            }
        }
    }
    answers::require_present(&mut document);
    examples::add(&mut document);
    document
}

/// A parameter is left out, and never null.
fn never_null(parameter: &mut Value) {
    let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) else { return };
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let given = choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")).cloned();
    if let Some(Value::Object(given)) = given {
        *schema = given;
    }
    let kinds = schema.get("type").and_then(Value::as_array);
    if let Some(kind) = kinds.and_then(|kinds| kinds.iter().find(|kind| **kind != "null")).cloned() {
        schema.insert("type".to_owned(), kind);
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use utoipa::{OpenApi, ToSchema};

    use super::document;
    use crate::forms::{MoneyForm, OrderIdForm};

    /// A thing.
    #[derive(Serialize, ToSchema)]
    struct Shown {
        #[schema(value_type = MoneyForm)]
        price: String,
        #[schema(value_type = Option<MoneyForm>)]
        fee: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = MoneyForm, required = false)]
        tax: Option<String>,
    }

    #[utoipa::path(post, path = "/v1/orders/{order}/things",
        params(("order" = inline(OrderIdForm), Path), ("Idempotency-Key" = inline(Option<OrderIdForm>), Header)), security(("token" = [])),
        responses((status = 200, description = "Things", body = Shown), (status = 409, description = "Not now")))]
    #[expect(dead_code, reason = "only its description counts")]
    fn things() {}

    #[derive(OpenApi)]
    #[openapi(paths(things))]
    struct Part;

    #[test]
    fn parts_are_framed() {
        let document = document([Part::openapi()]);
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
        assert_eq!(document["info"]["title"], "Holdfast");
        let operation = &document["paths"]["/v1/orders/{order}/things"]["post"];
        assert_eq!(operation["responses"]["200"]["description"], "Things");
        for (status, name) in [
            ("400", "InvalidRequest"),
            ("401", "Unauthenticated"),
            ("403", "Forbidden"),
            ("404", "NotFound"),
            ("413", "PayloadTooLarge"),
            ("415", "UnsupportedMediaType"),
            ("5XX", "Fault"),
        ] {
            let refused = format!("#/components/responses/{name}");
            assert_eq!(operation["responses"][status]["$ref"], refused, "{status}");
            let content = &document["components"]["responses"][name]["content"]["application/problem+json"];
            assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
        }
        let own = &operation["responses"]["409"];
        assert_eq!(own["description"], "Not now");
        assert_eq!(own["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem");
        assert_eq!(operation["responses"].as_object().map(serde_json::Map::len), Some(9), "and no other");
        assert_eq!(own["content"]["application/problem+json"]["example"]["status"], 409);
        assert_eq!(operation["tags"], serde_json::json!(["Orders"]));
        let key = &operation["parameters"][1];
        assert_eq!((&key["schema"]["type"], &key["required"]), (&"string".into(), &false.into()));
        let shown = &document["components"]["schemas"]["Shown"];
        assert_eq!(shown["required"], serde_json::json!(["fee", "price"]));
        assert_eq!(shown["examples"][0], serde_json::json!({"price": "54.84", "fee": "54.84", "tax": "54.84"}));
        assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
        assert!(document["components"]["schemas"]["FieldProblem"].is_object());
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        assert_eq!(document["components"]["securitySchemes"]["order_token"]["name"], "X-Order-Token");
    }
}
