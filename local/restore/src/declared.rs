//! Giving a table what the template declares of it, and point-in-time recovery does not restore
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.Tutorial.html>): deletion of what
//! has expired, recovery, protection against deletion, and tags.

use aws_sdk_dynamodb::{
    Client,
    error::{BuildError, DisplayErrorContext, SdkError},
    types::{PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, Tag, TimeToLiveStatus},
};
use cloud_stand_ins::template::TableSpec;

/// Why a table cannot be given what the template declares.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// DynamoDB refuses, or gives no answer.
    #[error("{operation}: {reason}")]
    Refused {
        /// What was asked.
        operation: &'static str,
        /// Its answer.
        reason: String,
    },
    /// It lacks one of the indexes: another table was restored, or it was restored without them.
    #[error("the table has no index {0}")]
    Index(String),
}

impl From<BuildError> for TableError {
    fn from(error: BuildError) -> Self {
        Self::Refused { operation: "a request", reason: error.to_string() }
    }
}

fn refused<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> TableError
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug,
{
    move |error| TableError::Refused { operation, reason: DisplayErrorContext(error).to_string() }
}

/// Gives a table what the template declares of it and it does not have. What that was, in words. `stage` is the value of the
/// template's parameter of that name.
///
/// # Errors
/// [`TableError`]; what was given before stays.
pub async fn declare(client: &Client, name: &str, spec: &TableSpec, stage: &str) -> Result<Vec<String>, TableError> {
    let mut given = Vec::new();
    let answer = client.describe_table().table_name(name).send().await.map_err(refused("DescribeTable"))?;
    let table = answer.table.unwrap_or_else(|| aws_sdk_dynamodb::types::TableDescription::builder().build());
    let has = |index: &str| table.global_secondary_indexes().iter().any(|found| found.index_name() == Some(index));
    if let Some(missing) = spec.indexes.iter().find(|index| !has(&index.name)) {
        return Err(TableError::Index(missing.name.clone()));
    }
    if !forgets(client, name, &spec.ttl).await? {
        let input = spec.time_to_live_input(name)?;
        let call = client.update_time_to_live().table_name(name);
        let call = call.set_time_to_live_specification(input.time_to_live_specification);
        call.send().await.map_err(refused("UpdateTimeToLive"))?;
        given.push(format!("items end at {}", spec.ttl));
    }
    if spec.recovery && !recovers(client, name).await? {
        let on = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build()?;
        let call = client.update_continuous_backups().table_name(name).point_in_time_recovery_specification(on);
        call.send().await.map_err(refused("UpdateContinuousBackups"))?;
        given.push("point-in-time recovery".to_owned());
    }
    if spec.protection && table.deletion_protection_enabled() != Some(true) {
        let call = client.update_table().table_name(name).deletion_protection_enabled(true);
        call.send().await.map_err(refused("UpdateTable"))?;
        given.push("protection against deletion".to_owned());
    }
    let arn = table.table_arn().unwrap_or_default();
    let missing = missing_tags(client, arn, spec, stage).await?;
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(Tag::key).collect();
        given.push(format!("tags {}", names.join(", ")));
        let call = client.tag_resource().resource_arn(arn).set_tags(Some(missing));
        call.send().await.map_err(refused("TagResource"))?;
    }
    Ok(given)
}

async fn forgets(client: &Client, name: &str, attribute: &str) -> Result<bool, TableError> {
    let answer = client.describe_time_to_live().table_name(name).send().await.map_err(refused("DescribeTimeToLive"))?;
    let found = answer.time_to_live_description;
    Ok(found.is_some_and(|found| {
        let on = [Some(&TimeToLiveStatus::Enabled), Some(&TimeToLiveStatus::Enabling)];
        on.contains(&found.time_to_live_status()) && found.attribute_name() == Some(attribute)
    }))
}

async fn recovers(client: &Client, name: &str) -> Result<bool, TableError> {
    let call = client.describe_continuous_backups().table_name(name);
    let answer = call.send().await.map_err(refused("DescribeContinuousBackups"))?;
    let found = answer.continuous_backups_description.and_then(|found| found.point_in_time_recovery_description);
    let status = found.and_then(|found| found.point_in_time_recovery_status);
    Ok(status == Some(PointInTimeRecoveryStatus::Enabled))
}

/// The declared tags that the table does not have as declared.
async fn missing_tags(client: &Client, arn: &str, spec: &TableSpec, stage: &str) -> Result<Vec<Tag>, TableError> {
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let call = client.list_tags_of_resource().resource_arn(arn).set_next_token(next);
        let answer = call.send().await.map_err(refused("ListTagsOfResource"))?;
        found.extend(answer.tags.unwrap_or_default());
        next = answer.next_token;
        if next.is_none() {
            break;
        }
    }
    let declared = spec.tags.iter().map(|tag| {
        // The stage is the one parameter that the template's tags name.
        let value = tag.value.as_deref().unwrap_or(stage);
        Tag::builder().key(&tag.key).value(value).build()
    });
    let declared: Vec<Tag> = declared.collect::<Result<_, _>>()?;
    Ok(declared.into_iter().filter(|tag| !found.contains(tag)).collect())
}
