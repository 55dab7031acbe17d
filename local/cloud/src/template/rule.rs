//! What the template demands of several parameters together
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>).

use super::{error::TemplateError, node::Node};

/// A rule of the template: where its condition holds, its assertions have to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSpec {
    /// Its key below `Rules`.
    pub name: String,
    condition: Option<Test>,
    assertions: Vec<Assertion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Assertion {
    test: Test,
    description: String,
}

/// A function of CloudFormation's that is true or false.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Equals(Operand, Operand),
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Literal(String),
    Parameter(String),
}

impl RuleSpec {
    /// What these values, by the parameters' names, break of it: the sentences that CloudFormation would say, which name them.
    pub fn broken<'a>(&'a self, value: &dyn Fn(&str) -> String) -> Vec<&'a str> {
        if self.condition.as_ref().is_some_and(|condition| !condition.holds(value)) {
            return Vec::new();
        }
        let broken = self.assertions.iter().filter(|assertion| !assertion.test.holds(value));
        broken.map(|assertion| assertion.description.as_str()).collect()
    }

    pub(super) fn read(name: String, node: &Node<'_>) -> Result<Self, TemplateError> {
        let condition = node.find("RuleCondition")?.map(|test| Test::read(&test)).transpose()?;
        let assertion = |node: &Node<'_>| {
            Ok(Assertion {
                test: Test::read(&node.get("Assert")?)?,
                description: node.get("AssertDescription")?.text()?.to_owned(),
            })
        };
        let assertions = node.get("Assertions")?.list()?.iter().map(assertion).collect::<Result<_, _>>()?;
        Ok(Self { name, condition, assertions })
    }
}

impl Test {
    fn read(node: &Node<'_>) -> Result<Self, TemplateError> {
        let several =
            |tag: &str| node.arguments(tag).map(|all| all.iter().map(Self::read).collect::<Result<Vec<_>, _>>());
        if let Some([one, other]) = node.arguments("Equals").as_deref() {
            return Ok(Self::Equals(Operand::read(one)?, Operand::read(other)?));
        }
        if let Some([one]) = node.arguments("Not").as_deref() {
            return Ok(Self::Not(Box::new(Self::read(one)?)));
        }
        if let Some(all) = several("And") {
            return Ok(Self::And(all?));
        }
        if let Some(all) = several("Or") {
            return Ok(Self::Or(all?));
        }
        Err(node.unexpected("!Equals, !Not, !And or !Or"))
    }

    fn holds(&self, value: &dyn Fn(&str) -> String) -> bool {
        match self {
            Self::Equals(one, other) => one.of(value) == other.of(value),
            Self::Not(test) => !test.holds(value),
            Self::And(all) => all.iter().all(|test| test.holds(value)),
            Self::Or(all) => all.iter().any(|test| test.holds(value)),
        }
    }
}

impl Operand {
    fn read(node: &Node<'_>) -> Result<Self, TemplateError> {
        match node.find_reference() {
            Some(name) => Ok(Self::Parameter(name)),
            None => node.scalar().map(Self::Literal),
        }
    }

    fn of(&self, value: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Parameter(name) => value(name),
        }
    }
}
