//! What the template's roles allow.

use std::collections::BTreeSet;

use super::{error::TemplateError, node::Node};

/// An action of AWS on a resource of the template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// As `dynamodb:PutItem`.
    pub action: String,
    /// The logical id of the resource, with `/index/` and its name for an index; the end of its ARN for what is not of the
    /// template, as `identity/${Identity}`.
    pub resource: String,
}

impl Grant {
    /// A grant of these two.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into() }
    }
}

/// Everything that a role's own policies allow.
pub(super) fn grants(role: &Node<'_>) -> Result<BTreeSet<Grant>, TemplateError> {
    let mut grants = BTreeSet::new();
    for policy in role.get("Properties")?.get("Policies")?.list()? {
        for statement in policy.get("PolicyDocument")?.get("Statement")?.list()? {
            // `!If [Condition, a statement, nothing]`
            let statement = match statement.arguments("If") {
                Some(arguments) => arguments.into_iter().nth(1).ok_or_else(|| statement.unexpected("a statement"))?,
                None => statement,
            };
            let effect = statement.get("Effect")?;
            if effect.text()? != "Allow" {
                return Err(effect.unexpected("Allow"));
            }
            let mut resources = Vec::new();
            for resource in one_or_more(&statement.get("Resource")?) {
                resources.push(label(&resource)?);
            }
            for action in one_or_more(&statement.get("Action")?) {
                let action = action.text()?;
                grants.extend(resources.iter().map(|resource| Grant::new(action, resource)));
            }
        }
    }
    Ok(grants)
}

/// A list's elements, or what stands there instead of a list; `!If [a, b, c]` is no list.
fn one_or_more<'a>(node: &Node<'a>) -> Vec<Node<'a>> {
    match node.list() {
        Ok(list) if !node.is_tagged() => list,
        _ => vec![node.clone()],
    }
}

/// What a resource is called in [`Grant::resource`]. Of a choice it is the first: what the template itself makes.
pub(super) fn label(node: &Node<'_>) -> Result<String, TemplateError> {
    if let Some(id) = node.find_reference() {
        return Ok(id);
    }
    // Actions that know no resource.
    if let Ok("*") = node.text() {
        return Ok("*".to_owned());
    }
    if let Some(choice) = node.arguments("If") {
        return label(choice.get(1).ok_or_else(|| node.unexpected("a choice"))?);
    }
    let text = match node.arguments("Sub") {
        Some(arguments) => arguments.first().ok_or_else(|| node.unexpected("a text"))?.text()?.to_owned(),
        None => node.tagged_text("Sub").ok_or_else(|| node.unexpected("a resource"))?.to_owned(),
    };
    let end = text.rsplit(':').next().unwrap_or_default();
    Ok(match end.split_once("/index/") {
        Some((_, index)) if end.starts_with("table/") => format!("Table/index/{index}"),
        _ => end.to_owned(),
    })
}
