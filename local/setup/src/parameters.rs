//! The parameters of one stage: read, checked against the template, written down.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use cloud_stand_ins::template::{ParameterSpec, Template};
use regex_lite::Regex;
use serde_norway::Value;

/// How secrets begin: Stripe's keys and signing secrets, and tokens. They have no place in a file.
const SECRET_BEGINNINGS: [&str; 6] = ["sk_", "rk_", "pk_", "whsec_", "whsk_", "eyJ"];

/// Domains that no one can have (RFC 2606, 3): what the examples stand there with.
const EXAMPLES: [&str; 3] = ["example.com", "example.net", "example.org"];

/// Parameters by name; a list is its elements with commas between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads a file; an empty set where there is none.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|reason| format!("{}: {reason}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let read: BTreeMap<String, Value> = serde_norway::from_str(text).map_err(|error| error.to_string())?;
        let values = read.into_iter().map(|(name, value)| match scalar(&value) {
            Some(value) => Ok((name, value)),
            None => Err(format!("{name} is neither a text nor a list of texts")),
        });
        Ok(Self(values.collect::<Result<_, _>>()?))
    }

    /// A value that is given and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same without what only a person can know: the addresses that an example shows.
    pub(crate) fn without_examples(mut self) -> Self {
        self.0.retain(|_, value| !is_example(value));
        self
    }

    /// Gives a value.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.trim().to_owned());
    }

    /// The value that a deployment has: the one that is given, or the template's.
    pub(crate) fn in_force<'a>(&'a self, name: &str, specs: &'a [ParameterSpec]) -> Option<&'a str> {
        let default = || specs.iter().find(|spec| spec.name == name)?.default.as_deref();
        self.get(name).or_else(default).filter(|value| !value.is_empty())
    }

    /// What the template, and good sense, have against them.
    pub(crate) fn problems(&self, template: &Template) -> Vec<String> {
        let specs = &template.parameters;
        let mut found = Vec::new();
        for name in self.0.keys().filter(|name| specs.iter().all(|spec| spec.name != **name)) {
            found.push(format!("The template has no parameter {name}"));
        }
        for spec in specs {
            match self.get(&spec.name) {
                Some(value) => found.extend(refused(spec, value)),
                None if spec.default.is_none() => found.push(format!("{} is missing: {}", spec.name, spec.description)),
                None => {}
            }
        }
        let value = |name: &str| self.in_force(name, specs).unwrap_or_default().to_owned();
        found.extend(template.rules.iter().flat_map(|rule| rule.broken(&value)).map(str::to_owned));
        found
    }

    /// The file, in the template's order.
    pub(crate) fn render(&self, specs: &[ParameterSpec]) -> String {
        let stage = self.get("Stage").unwrap_or_default();
        let mut text = format!(
            "# Parameters of the stage {stage}. Those that are not here have defaults: infra/template.yaml describes all of them.\n\
             # Secrets are never here.\n"
        );
        for spec in specs {
            let Some(value) = self.get(&spec.name) else { continue };
            // Writing to a text does not fail.
            let _written = if spec.is_list {
                let items: String = value.split(',').map(|item| format!("\n  - {}", quoted(item.trim()))).collect();
                writeln!(text, "{}:{items}", spec.name)
            } else if spec.is_number {
                writeln!(text, "{}: {value}", spec.name)
            } else {
                writeln!(text, "{}: {}", spec.name, quoted(value))
            };
        }
        text
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Sequence(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
        _ => None,
    }
}

/// A value as YAML takes it for a text.
fn quoted(value: &str) -> String {
    let plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "_./:@-".contains(c))
        && !value.ends_with(':')
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&value.to_lowercase().as_str());
    // What is text in JSON is text in YAML.
    if plain { value.to_owned() } else { serde_json::Value::from(value).to_string() }
}

/// Whether a value names a domain of the examples.
pub(crate) fn is_example(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let mut hosts = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let is_below = |host: &str, domain: &str| {
        host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    hosts.any(|host| EXAMPLES.iter().any(|domain| is_below(host, domain)))
}

/// Why CloudFormation would not take a value, why it has no place in a file, or why it cannot be meant.
pub(crate) fn refused(spec: &ParameterSpec, value: &str) -> Option<String> {
    let name = &spec.name;
    let is_secret = |item: &str| SECRET_BEGINNINGS.iter().any(|beginning| item.trim().starts_with(beginning));
    if value.split(',').any(is_secret) {
        return Some(format!("{name} is a secret, which has no place in a file: Secrets Manager keeps it"));
    }
    if is_example(value) {
        return Some(format!("{name} is an example, {value}: put your own in its place"));
    }
    if !spec.values.is_empty() && !spec.values.iter().any(|legal| legal == value) {
        return Some(format!("{name} must be one of {}, not {value}", spec.values.join(", ")));
    }
    if spec.is_number {
        let Ok(number) = value.parse::<u64>() else {
            return Some(format!("{name} must be a whole number, not {value}"));
        };
        if let Some(bounds) = outside(spec.bounds, number) {
            return Some(format!("{name} must be {bounds}, not {value}"));
        }
    }
    let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
    if let Some(bounds) = outside(spec.lengths, length) {
        return Some(format!("{name} must have {bounds} characters, not {length}"));
    }
    let pattern = spec.pattern.as_ref()?;
    match Regex::new(&format!("^(?:{pattern})$")) {
        Ok(regex) if regex.is_match(value) => None,
        Ok(_) => Some(format!("{name} does not have the form that it must have ({pattern}): {value}")),
        Err(error) => Some(format!("{name}: the template's pattern cannot be read: {error}")),
    }
}

/// The bounds that a number is outside of, in words.
fn outside((least, most): (Option<u32>, Option<u32>), number: u64) -> Option<String> {
    let too_small = least.filter(|least| number < u64::from(*least)).map(|least| format!("{least} or more"));
    too_small.or_else(|| most.filter(|most| number > u64::from(*most)).map(|most| format!("{most} or less")))
}

#[cfg(test)]
mod tests {
    use cloud_stand_ins::template::{ParameterSpec, Template};

    use super::{Parameters, refused};

    fn whole() -> Parameters {
        let mut parameters = Parameters::default();
        for (name, value) in [
            ("Stage", "dev"),
            ("JwtIssuer", "https://id.holdfast.test/"),
            ("JwksUrl", "https://id.holdfast.test/keys"),
            ("JwtAudience", "holdfast"),
            ("PagesUrl", "https://shop.holdfast.test"),
            ("AllowedOrigins", "https://shop.holdfast.test, https://www.shop.holdfast.test"),
            ("SenderAddress", "tickets@shop.holdfast.test"),
        ] {
            parameters.set(name, value);
        }
        parameters
    }

    #[test]
    fn what_is_written_is_read_again() {
        let template = Template::embedded().expect("the template");
        let specs = &template.parameters;
        let mut parameters = whole();
        for (name, value) in
            [("ThrottleRate", "700"), ("TableDeletionProtection", "true"), ("JwtRolesClaim", "https://x.example/roles")]
        {
            parameters.set(name, value);
        }
        assert_eq!(parameters.problems(&template), Vec::<String>::new());
        let text = parameters.render(specs);
        assert!(
            text.contains("\nThrottleRate: 700\n") && text.contains("\nTableDeletionProtection: \"true\"\n"),
            "{text}"
        );
        assert!(text.contains("\nAllowedOrigins:\n  - https://shop.holdfast.test\n  - https://www."), "{text}");
        let read = Parameters::parse(&text).expect("YAML");
        assert_eq!(read.render(specs), text);
        assert_eq!(read.get("JwtRolesClaim"), Some("https://x.example/roles"));
    }

    #[test]
    fn the_template_refuses_before_the_cloud_does() {
        let template = Template::embedded().expect("the template");
        for (name, value, part) in [
            ("JwtAudience", "", "JwtAudience is missing"),
            ("PagesUrl", "http://shop.holdfast.test", "PagesUrl does not have the form"),
            ("JwtAudienceClaim", "azp", "must be one of aud, client_id"),
            ("ThrottleRate", "many", "whole number"),
            ("Anything", "x", "no parameter Anything"),
            ("JwksUrl", "", "Give CognitoUserPoolId or CreateUserPool, or JwtIssuer and JwksUrl"),
            ("DomainName", "api.holdfast.test", "DomainName needs DomainCertificateArn"),
            ("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b", "WebAclArn needs CloudFront"),
            ("WarmReadUnits", "12000", "WarmReadUnits needs WarmWriteUnits"),
            ("RateLimitPerMinute", "0", "RateLimitPerMinute must be 1 or more, not 0"),
            ("OriginSecretRotation", "0", "OriginSecretRotation must be 1 or more"),
            ("MailConcurrency", "1", "MailConcurrency must be 2 or more"),
            ("WarmWriteUnits", "-1", "whole number"),
            ("SenderAddress", "sk_test_51x@holdfast.test", "is a secret"),
            ("AllowedOrigins", "https://a.example,whsec_1", "is a secret"),
            ("JwtIssuer", "https://issuer.example.com/", "JwtIssuer is an example"),
            ("SenderAddress", "tickets@Example.com", "SenderAddress is an example"),
            ("AllowedOrigins", "https://shop.test,https://dev.shop.example.com", "AllowedOrigins is an example"),
        ] {
            let mut parameters = whole();
            parameters.set(name, value);
            let problems = parameters.problems(&template);
            assert!(problems.len() == 1 && problems[0].contains(part), "{name}: {problems:?}");
        }
        let mut firewall = whole();
        firewall.set("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b");
        firewall.set("CloudFront", "true");
        assert_eq!(firewall.problems(&template), Vec::<String>::new());
        let mut id_tokens = whole();
        id_tokens.set("JwtTokenUse", "id");
        assert_eq!(id_tokens.problems(&template), Vec::<String>::new());
        id_tokens.set("JwtAudienceClaim", "client_id");
        assert!(id_tokens.problems(&template)[0].contains("JwtTokenUse id needs JwtAudienceClaim aud"));
        let mut pool = whole();
        for (name, value) in [("JwtIssuer", ""), ("JwksUrl", ""), ("CreateUserPool", "true")] {
            pool.set(name, value);
        }
        assert!(pool.problems(&template)[0].contains("CreateUserPool needs JwtAudienceClaim client_id"));
        pool.set("JwtAudienceClaim", "client_id");
        assert_eq!(pool.problems(&template), Vec::<String>::new());
        pool.set("PagesUrl", "");
        assert!(pool.problems(&template)[0].contains("CreateUserPool needs PagesUrl, PublicUrl or DomainName"));
        let pool = template.parameters.iter().find(|spec| spec.name == "CognitoUserPoolId").expect("a parameter");
        assert_eq!(refused(pool, "eu-central-1_a1B2c3D4e"), None);
    }

    #[test]
    fn what_resembles_an_example_is_none() {
        for mine in ["https://myexample.com", "https://example.com.shop.test", "https://shop.example/roles", "aud"] {
            assert!(!super::is_example(mine), "{mine}");
        }
        let mut parameters = whole();
        parameters.set("PagesUrl", "https://dev.shop.example.com");
        let left = parameters.without_examples();
        assert_eq!((left.get("PagesUrl"), left.get("Stage")), (None, Some("dev")));
    }

    #[test]
    fn bounds_and_lengths_are_the_templates() {
        let spec = ParameterSpec {
            name: "Size".to_owned(),
            is_list: false,
            is_number: true,
            default: None,
            pattern: None,
            values: Vec::new(),
            bounds: (Some(2), Some(10)),
            lengths: (None, None),
            description: String::new(),
        };
        assert_eq!((refused(&spec, "2"), refused(&spec, "10")), (None, None));
        assert_eq!(refused(&spec, "1").as_deref(), Some("Size must be 2 or more, not 1"));
        assert_eq!(refused(&spec, "11").as_deref(), Some("Size must be 10 or less, not 11"));
        let spec = ParameterSpec { is_number: false, bounds: (None, None), lengths: (Some(2), Some(3)), ..spec };
        assert_eq!((refused(&spec, "ab"), refused(&spec, "abc")), (None, None));
        assert_eq!(refused(&spec, "a").as_deref(), Some("Size must have 2 or more characters, not 1"));
        assert_eq!(refused(&spec, "abcd").as_deref(), Some("Size must have 3 or less characters, not 4"));
    }
}
