//! The events of the folder `events`, and the settings beside them: what `sam local invoke` and `sam local start-api` give a
//! function.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use aws_lambda_events::{apigw::ApiGatewayV2httpRequest, sqs::SqsEvent};
use bytes::Bytes;
use holdfast_tests::programs::Program;
use local::template::Template;
use runtime::{HyperWire, Wire as _};
use serde_json::{Value, json};
use serde_norway::Value as Yaml;

use super::programs::{answered, event, path};
use crate::contract::readme::start_with;

/// Settings of functions, by the functions' logical ids.
type Environment = BTreeMap<String, BTreeMap<String, String>>;

/// The file that the SAM CLI is given as `--env-vars`.
const FILE: &str = "env.json";

fn environment() -> Environment {
    serde_json::from_value(event(FILE)).unwrap()
}

/// The functions of the template: logical id, binary, and the variables that they get.
fn declared() -> Vec<(String, String, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    let template: Yaml = serde_norway::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let names = |holder: &Yaml| {
        let variables = holder["Environment"]["Variables"].as_mapping().cloned().unwrap_or_default();
        variables.keys().map(|name| name.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let common = names(&template["Globals"]["Function"]);
    let resources = template["Resources"].as_mapping().unwrap().iter();
    let functions = resources.filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    functions
        .map(|(id, function)| {
            let variables = common.union(&names(&function["Properties"])).cloned().collect();
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap().to_owned();
            (id.as_str().unwrap().to_owned(), binary, variables)
        })
        .collect()
}

/// SAM gives a function the template's variables alone, and leaves those empty that it cannot resolve and the file does not name.
#[test]
fn the_file_has_every_variable_of_every_function_and_no_other() {
    let environment = environment();
    let declared = declared();
    assert_eq!(environment.len(), declared.len());
    for (id, _, variables) in declared {
        let given = &environment[&id];
        assert_eq!(given.keys().cloned().collect::<BTreeSet<_>>(), variables, "{id}");
        for (name, value) in given {
            assert!(!value.is_empty(), "{id} has no {name}");
            let secret = ["sk_", "rk_", "whsec_", "arn:"].iter().any(|beginning| value.starts_with(beginning));
            assert!(!secret, "{name} of {id} is in a committed file");
        }
    }
}

/// The files but for the settings, each with its function and its kind of trigger.
fn files() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names
        .filter(|name| name != FILE)
        .map(|name| {
            let stem = name.strip_suffix(".json").unwrap();
            let (function, _) = stem.split_once('-').unwrap();
            let kinds = ["http", "function-url", "schedule", "queue"];
            let kind = kinds.into_iter().find(|kind| stem.ends_with(&format!("-{kind}"))).unwrap();
            (name.clone(), function.to_owned(), kind.to_owned())
        })
        .collect();
    files.sort();
    assert!(files.len() > 10);
    files
}

/// Whether a path is one of a route, whose parts in braces may be anything.
fn is_of(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(part, seen)| part.starts_with('{') || part == seen)
}

#[test]
fn every_event_fits_its_function() {
    let template = Template::embedded().unwrap();
    for (file, name, kind) in files() {
        let function = template.function(&name).unwrap_or_else(|| panic!("{file} is of no function"));
        let event = event(&file);
        match kind.as_str() {
            "http" => {
                let http = &event["requestContext"]["http"];
                let (method, at) = (http["method"].as_str().unwrap(), event["rawPath"].as_str().unwrap());
                let key = event["routeKey"].as_str().unwrap();
                assert_eq!(event["requestContext"]["routeKey"], key, "{file}");
                if key == "$default" {
                    assert!(function.default_route && http["path"] == at, "{file}: {name} does not get the rest");
                    continue;
                }
                let of_key = |path: &str| key == format!("{method} {path}");
                let route = function.routes.iter().find(|route| route.method.as_str() == method && of_key(&route.path));
                let route = route.unwrap_or_else(|| panic!("{file}: {name} has no route {key}"));
                assert!(is_of(&route.path, at) && http["path"] == at, "{file}: {at} is not of {key}");
                let claims = &event["requestContext"]["authorizer"]["jwt"]["claims"];
                assert_eq!(claims.is_object(), route.authorized, "{file}: what the authorizer adds");
                serde_json::from_value::<ApiGatewayV2httpRequest>(event)
                    .unwrap_or_else(|error| panic!("{file}: {error}"));
            }
            "function-url" => assert!(function.function_url && event["version"] == "2.0", "{file}"),
            "schedule" => assert!(function.schedule.is_some() && event["source"] == "aws.events", "{file}"),
            _ => {
                let batch = function.queue_batch.as_ref().unwrap_or_else(|| panic!("{file}: {name} has no queue"));
                let records = event["Records"].as_array().unwrap();
                assert!(records.len() <= batch.size as usize, "{file}");
                for record in records {
                    let queue = record["eventSourceARN"].as_str().unwrap().rsplit(':').next().unwrap();
                    assert!(queue.contains(&format!("-{}-", batch.queue)), "{file}: {queue} is not {}", batch.queue);
                }
                serde_json::from_value::<SqsEvent>(event).unwrap_or_else(|error| panic!("{file}: {error}"));
            }
        }
    }
}

/// What each program answers to its event as it stands in the folder: placeholders of secrets and tokens are refused, ids that
/// are nowhere are not found, and all else is done.
const ANSWERS: [(&str, u64); 13] = [
    ("booking-http.json", 401),
    ("catalog-http.json", 200),
    ("catalog-put-offer-http.json", 401),
    ("checkout-http.json", 201),
    ("cleanup-http.json", 401),
    ("cleanup-schedule.json", 0),
    ("notify-queue.json", 0),
    ("orders-http.json", 404),
    ("pages-http.json", 200),
    ("refund-http.json", 401),
    ("success-http.json", 404),
    ("webhook-function-url.json", 401),
    ("worker-queue.json", 0),
];

/// `cargo run -- --services` behind the programs, with the settings of the file: as `sam local` has it, without its container.
#[tokio::test]
async fn functions_take_the_events_of_the_folder_with_its_settings() {
    let stack = tokio::task::spawn_blocking(|| start_with(&["--services"])).await.unwrap();
    // The ports of the README, which are taken on no machine but by chance.
    let here = |text: &str| {
        text.replace("http://127.0.0.1:3002", stack.services())
            .replace("http://127.0.0.1:3001", stack.stripe())
            .replace("http://127.0.0.1:3000", stack.api())
            // Where the layer is mounted in a container.
            .replace("/opt/fonts", concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/documents/layer/fonts"))
    };
    let environment = environment();
    let functions: BTreeMap<_, _> = declared().into_iter().map(|(id, binary, _)| (binary, id)).collect();
    let mut programs = BTreeMap::new();
    for (binary, id) in &functions {
        let mut settings: BTreeMap<_, _> =
            environment[id].iter().map(|(name, value)| (name.clone(), here(value))).collect();
        // What SAM gives every function, where it finds no credentials.
        for (name, value) in [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "defaultkey"),
            ("AWS_SECRET_ACCESS_KEY", "defaultsecret"),
        ] {
            settings.insert(name.to_owned(), value.to_owned());
        }
        programs.insert(binary.clone(), Program::start(binary, path(binary), &settings).await);
    }
    let expected: BTreeMap<_, _> = ANSWERS.into();
    assert_eq!(
        files().iter().map(|(file, ..)| file.as_str()).collect::<Vec<_>>(),
        expected.keys().copied().collect::<Vec<_>>()
    );
    for (file, function, kind) in files() {
        let answer = programs.get_mut(&function).unwrap().invoke(&event(&file)).await;
        let answer = answer.unwrap_or_else(|error| panic!("{file}: {error}"));
        match kind.as_str() {
            // Messages that name nothing in the table are done with.
            "queue" => assert_eq!(answer["batchItemFailures"], json!([]), "{file}"),
            "schedule" => assert_eq!(answer["failed"], 0, "{file}: {answer}"),
            _ => assert_eq!(answer["statusCode"], expected[file.as_str()], "{file}: {answer}"),
        }
    }

    // The demo's expert, by a token of the stack's issuer, whose keys are among the services.
    let wire = HyperWire::new().unwrap();
    let claims = json!({ "sub": "coach", "organization": "demo", "roles": ["expert"] });
    let ask = http::Request::post(format!("{}/local/tokens", stack.api())).header("content-type", "application/json");
    let token = wire.send(ask.body(Bytes::from(claims.to_string())).unwrap()).await.unwrap();
    let token: Value = serde_json::from_slice(token.body()).unwrap();
    let mut confirm = event("booking-http.json");
    confirm["headers"]["authorization"] = json!(format!("Bearer {}", token["token"].as_str().unwrap()));
    let (status, ..) = answered(programs.get_mut("booking").unwrap().invoke(&confirm).await);
    assert_eq!(status, 404, "the token is good, and there is no such booking");
    let mut by_hand = event("cleanup-http.json");
    by_hand["headers"]["authorization"] = json!("Bearer cron-local");
    assert_eq!(answered(programs.get_mut("cleanup").unwrap().invoke(&by_hand).await).0, 200);
    assert_eq!(answered(programs.get_mut("checkout").unwrap().invoke(&event("checkout-http.json")).await).0, 201);
}
