//! The whole template.

use std::collections::BTreeMap;

use super::{
    cors::CorsSpec,
    error::TemplateError,
    function::{FunctionSpec, Route},
    node::Node,
    parameter::ParameterSpec,
    policy,
    rule::RuleSpec,
    table::TableSpec,
};

/// The template that this build was made with.
pub(super) const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// A queue with its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSpec {
    /// Logical id of the queue.
    pub name: String,
    /// Logical id of the queue that takes what failed too often.
    pub dead_letter_name: String,
    /// Receives after which a message is moved to the dead-letter queue.
    pub max_receive_count: u32,
    /// Seconds that a received message stays invisible.
    pub visibility_seconds: u32,
}

/// Everything that the local stack takes from the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The one resource of type `AWS::DynamoDB::Table`.
    pub table: TableSpec,
    /// The queue of notifications: the one that notify works on.
    pub queue: QueueSpec,
    /// The queue of long jobs: the one that worker works on.
    pub work: QueueSpec,
    /// The functions, in the template's order.
    pub functions: Vec<FunctionSpec>,
    /// What pages on other origins may do; none if the API says nothing of them.
    pub cors: Option<CorsSpec>,
    /// The parameters, in the template's order.
    pub parameters: Vec<ParameterSpec>,
    /// What it demands of several parameters together.
    pub rules: Vec<RuleSpec>,
    /// `Default` of each parameter that has one, by its name, as text.
    pub parameter_defaults: BTreeMap<String, String>,
}

impl Template {
    /// The template of this project, as it was when this was built.
    ///
    /// # Errors
    /// If the template lacks something; a test keeps that from happening.
    pub fn embedded() -> Result<Self, TemplateError> {
        Self::parse(TEMPLATE)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Names the property that is missing or of the wrong kind.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let document: serde_norway::Value =
            serde_norway::from_str(text).map_err(|error| TemplateError::Yaml(error.to_string()))?;
        let document = Node::root(&document);
        let resources = document.get("Resources")?;

        let parameters = parameters(&document)?;
        let defaults = parameters.iter().filter_map(|one| Some((one.name.clone(), one.default.clone()?)));
        let parameter_defaults: BTreeMap<String, String> = defaults.collect();
        let tables = of_type(&resources, "AWS::DynamoDB::Table")?;
        let [(_, table)] = tables.as_slice() else {
            return Err(TemplateError::Resources {
                kind: "AWS::DynamoDB::Table",
                expected: "one",
                found: tables.len(),
            });
        };
        let functions = of_type(&resources, "AWS::Serverless::Function")?;
        let globals = document.get("Globals")?.get("Function")?;
        let apis = of_type(&resources, "AWS::Serverless::HttpApi")?;
        let default_authorizer = match apis.first() {
            Some((_, api)) => api.get("Properties")?.path(&["Auth", "DefaultAuthorizer"])?.is_some(),
            None => false,
        };
        let cors = match apis.first() {
            Some((_, api)) => api.get("Properties")?.find("CorsConfiguration")?,
            None => None,
        };
        let open = function_urls(&resources)?;
        let functions: Vec<FunctionSpec> = functions
            .iter()
            .map(|(id, node)| {
                let mut function = FunctionSpec::read(node, &globals, default_authorizer, &parameter_defaults)?;
                function.function_url = open.contains(id);
                let role = node.get("Properties")?.get("Role")?.reference()?;
                function.grants = policy::grants(&resources.get(&role)?)?;
                Ok(function)
            })
            .collect::<Result<_, _>>()?;

        let queues = read_queues(&resources)?;
        Ok(Self {
            table: TableSpec::read(&table.get("Properties")?, &parameter_defaults)?,
            queue: queue_of(&queues, &functions, "notify")?,
            work: queue_of(&queues, &functions, "worker")?,
            functions,
            cors: cors.map(|cors| CorsSpec::read(&cors)).transpose()?,
            parameters,
            rules: rules(&document)?,
            parameter_defaults,
        })
    }

    /// The function whose binary has this name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&FunctionSpec> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// Every route, with the function behind it.
    pub fn routes(&self) -> impl Iterator<Item = (&FunctionSpec, &Route)> {
        self.functions.iter().flat_map(|function| function.routes.iter().map(move |route| (function, route)))
    }
}

fn parameters(document: &Node<'_>) -> Result<Vec<ParameterSpec>, TemplateError> {
    let Some(parameters) = document.find("Parameters")? else { return Ok(Vec::new()) };
    parameters.entries()?.into_iter().map(|(name, node)| ParameterSpec::read(name, &node)).collect()
}

fn rules(document: &Node<'_>) -> Result<Vec<RuleSpec>, TemplateError> {
    let Some(rules) = document.find("Rules")? else { return Ok(Vec::new()) };
    rules.entries()?.into_iter().map(|(name, node)| RuleSpec::read(name, &node)).collect()
}

/// The resources of one type with their logical ids.
fn of_type<'a>(resources: &Node<'a>, kind: &str) -> Result<Vec<(String, Node<'a>)>, TemplateError> {
    let mut found = Vec::new();
    for (name, resource) in resources.entries()? {
        if resource.get("Type")?.text()? == kind {
            found.push((name, resource));
        }
    }
    Ok(found)
}

/// The logical ids of the functions that have an address of their own.
fn function_urls(resources: &Node<'_>) -> Result<Vec<String>, TemplateError> {
    let urls = of_type(resources, "AWS::Lambda::Url")?;
    urls.iter().map(|(_, url)| url.get("Properties")?.get("TargetFunctionArn")?.reference()).collect()
}

/// The queues that have a redrive policy, each with the queue that the policy names.
fn read_queues(resources: &Node<'_>) -> Result<Vec<QueueSpec>, TemplateError> {
    let mut queues = Vec::new();
    for (name, queue) in of_type(resources, "AWS::SQS::Queue")? {
        let properties = queue.get("Properties")?;
        if let Some(redrive) = properties.find("RedrivePolicy")? {
            let dead_letter_name = redrive.get("deadLetterTargetArn")?.reference()?;
            // The queue that takes the dead letters has to exist.
            resources.get(&dead_letter_name)?;
            queues.push(QueueSpec {
                name,
                dead_letter_name,
                max_receive_count: redrive.get("maxReceiveCount")?.number()?,
                visibility_seconds: properties.get("VisibilityTimeout")?.number()?,
            });
        }
    }
    Ok(queues)
}

/// The queue that a function works on.
fn queue_of(queues: &[QueueSpec], functions: &[FunctionSpec], name: &str) -> Result<QueueSpec, TemplateError> {
    let batch =
        functions.iter().find(|function| function.name == name).and_then(|function| function.queue_batch.as_ref());
    let queue = batch.and_then(|batch| queues.iter().find(|queue| queue.name == batch.queue));
    queue.cloned().ok_or_else(|| TemplateError::Missing { at: format!("queue with dead letters for {name}") })
}
