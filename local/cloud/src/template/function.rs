//! The functions of the template: what starts them, and their settings.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use http::Method;

use super::{
    error::TemplateError,
    node::Node,
    policy::{self, Grant},
};

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// GET, POST and so on, in upper case.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: String,
    /// Whether the gateway lets only requests with a valid token through.
    pub authorized: bool,
}

/// A schedule that starts a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Time between two starts.
    pub every: Duration,
}

/// A queue that feeds a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueBatch {
    /// Logical id of the queue.
    pub queue: String,
    /// Most messages in one call.
    pub size: u32,
    /// Whether the function says which messages of a batch failed.
    pub reports_failures: bool,
}

/// A setting of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// As `TABLE_NAME`.
    pub name: String,
    /// Its value, if the template gives one: a literal, or the default of the parameter that it refers to.
    pub default: Option<String>,
    /// The resource of the template that it names, as [`Grant::resource`] does.
    pub resource: Option<String>,
}

/// A resource of type `AWS::Serverless::Function`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSpec {
    /// The name of its binary.
    pub name: String,
    /// Time that one call may take.
    pub timeout: Duration,
    /// Its events of type `HttpApi`, in the template's order.
    pub routes: Vec<Route>,
    /// Whether it gets what no route is for: the gateway's `$default`.
    pub default_route: bool,
    /// Whether it has an address of its own, open to all.
    pub function_url: bool,
    /// Its event of type `Schedule`, if it has one.
    pub schedule: Option<Schedule>,
    /// The queue that it works on.
    pub queue_batch: Option<QueueBatch>,
    /// Its settings, in order of their names.
    pub environment: Vec<EnvironmentVariable>,
    /// What its role allows.
    pub grants: BTreeSet<Grant>,
}

impl FunctionSpec {
    pub(super) fn read(
        resource: &Node<'_>,
        globals: &Node<'_>,
        default_authorizer: bool,
        parameter_defaults: &BTreeMap<String, String>,
    ) -> Result<Self, TemplateError> {
        let properties = resource.get("Properties")?;
        let timeout = match properties.find("Timeout")? {
            Some(timeout) => timeout,
            None => globals.get("Timeout")?,
        };
        let mut environment = BTreeMap::new();
        for node in [globals, &properties] {
            if let Some(variables) = node.path(&["Environment", "Variables"])? {
                for (name, value) in variables.entries()? {
                    let default = match value.find_reference() {
                        Some(parameter) => parameter_defaults.get(&parameter).cloned(),
                        None => value.scalar().ok(),
                    };
                    environment.insert(name, (default, policy::label(&value).ok()));
                }
            }
        }
        let mut function = Self {
            name: resource.get("Metadata")?.get("BuildProperties")?.get("Binary")?.text()?.to_owned(),
            timeout: Duration::from_secs(timeout.number()?.into()),
            routes: Vec::new(),
            default_route: false,
            function_url: false,
            schedule: None,
            queue_batch: None,
            environment: environment
                .into_iter()
                .map(|(name, (default, resource))| EnvironmentVariable { name, default, resource })
                .collect(),
            grants: BTreeSet::new(),
        };
        let events = match properties.find("Events")? {
            Some(events) => events.entries()?,
            None => Vec::new(),
        };
        for (_, event) in events {
            let kind = event.get("Type")?;
            let properties = event.get("Properties")?;
            match kind.text()? {
                // As SAM has it: without path and method an event is `$default`.
                "HttpApi" if properties.find("Path")?.is_none() && properties.find("Method")?.is_none() => {
                    if is_authorized(&properties, default_authorizer)? {
                        return Err(kind.unexpected("Auth: { Authorizer: NONE } for what no route is for"));
                    }
                    function.default_route = true;
                }
                "HttpApi" => function.routes.push(read_route(&properties, default_authorizer)?),
                "Schedule" => {
                    function.schedule = Some(read_schedule(&properties.get("Schedule")?)?);
                }
                "SQS" => function.queue_batch = Some(read_batch(&properties)?),
                _ => return Err(kind.unexpected("HttpApi, Schedule or SQS")),
            }
        }
        Ok(function)
    }
}

fn read_route(properties: &Node<'_>, default_authorizer: bool) -> Result<Route, TemplateError> {
    let method = properties.get("Method")?;
    let path = properties.get("Path")?;
    let authorized = is_authorized(properties, default_authorizer)?;
    Ok(Route {
        method: method.text()?.to_ascii_uppercase().parse().map_err(|_| method.unexpected("an HTTP method"))?,
        path: match path.text()? {
            text if text.starts_with('/') => text.to_owned(),
            _ => return Err(path.unexpected("a path")),
        },
        authorized,
    })
}

fn is_authorized(properties: &Node<'_>, default_authorizer: bool) -> Result<bool, TemplateError> {
    Ok(match properties.path(&["Auth", "Authorizer"])? {
        Some(authorizer) => authorizer.text()? != "NONE",
        None => default_authorizer,
    })
}

/// Reads `rate(5 minutes)`; cron expressions are not in use.
fn read_schedule(node: &Node<'_>) -> Result<Schedule, TemplateError> {
    const EXPECTED: &str = "a rate such as rate(1 minute)";
    let text = node.text()?;
    let (number, unit) = text
        .strip_prefix("rate(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rest| rest.split_once(' '))
        .ok_or_else(|| node.unexpected(EXPECTED))?;
    let seconds: u64 = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return Err(node.unexpected(EXPECTED)),
    };
    let number: u32 = number.parse().map_err(|_| node.unexpected(EXPECTED))?;
    if number == 0 {
        return Err(node.unexpected(EXPECTED));
    }
    Ok(Schedule { every: Duration::from_secs(seconds * u64::from(number)) })
}

fn read_batch(properties: &Node<'_>) -> Result<QueueBatch, TemplateError> {
    let mut reports_failures = false;
    if let Some(types) = properties.find("FunctionResponseTypes")? {
        for kind in types.list()? {
            reports_failures |= kind.text()? == "ReportBatchItemFailures";
        }
    }
    Ok(QueueBatch {
        queue: properties.get("Queue")?.reference()?,
        size: properties.get("BatchSize")?.number()?,
        reports_failures,
    })
}
