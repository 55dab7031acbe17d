//! What point-in-time recovery leaves out of the new table is set again, as the template declares it.

use aws_sdk_dynamodb::{Client, types::Tag};
use local::template::Template;
use restore::RestoreError;

use super::stage::Stage;

/// The name of the table that recovery makes.
const RECOVERED: &str = "holdfast-recovered";

/// A table as recovery makes it: keys and indexes, and nothing else of what the template declares.
async fn recovered(client: &Client, indexes: bool) -> String {
    let spec = Template::embedded().expect("the template is whole").table;
    let input = spec.create_table_input(RECOVERED).expect("a whole call");
    let create = client
        .create_table()
        .table_name(RECOVERED)
        .set_billing_mode(input.billing_mode)
        .set_attribute_definitions(input.attribute_definitions.map(|attributes| {
            let kept = |name: &str| indexes || ["pk", "sk"].contains(&name);
            attributes.into_iter().filter(|attribute| kept(attribute.attribute_name())).collect()
        }))
        .set_key_schema(input.key_schema)
        .set_global_secondary_indexes(input.global_secondary_indexes.filter(|_| indexes));
    let made = create.send().await.expect("it is made");
    made.table_description.and_then(|table| table.table_arn).expect("an ARN")
}

#[tokio::test(start_paused = true)]
async fn the_new_table_gets_all_that_the_template_declares_once() {
    let stage = Stage::new().await;
    let client = stage.world.stack.engine().store().client().clone();
    let arn = recovered(&client, true).await;
    let since = stage.world.stack.clock().now();
    let first = stage.run_on(RECOVERED, since).await.expect("it comes to its end");
    let given = ["items end at ttl", "point-in-time recovery", "protection against deletion", "tags project, stage"];
    assert_eq!(first.table, given);

    let forgets = client.describe_time_to_live().table_name(RECOVERED).send().await.expect("an answer");
    let forgets = forgets.time_to_live_description.expect("a description");
    assert_eq!(
        (forgets.attribute_name(), forgets.time_to_live_status().map(|s| s.as_str())),
        (Some("ttl"), Some("ENABLED"))
    );
    let recovers = client.describe_continuous_backups().table_name(RECOVERED).send().await.expect("an answer");
    let recovers = recovers.continuous_backups_description.and_then(|found| found.point_in_time_recovery_description);
    assert_eq!(recovers.and_then(|found| found.point_in_time_recovery_status).expect("a status").as_str(), "ENABLED");
    let table = client.describe_table().table_name(RECOVERED).send().await.expect("an answer").table.expect("a table");
    assert_eq!(table.deletion_protection_enabled(), Some(true));
    assert!(client.delete_table().table_name(RECOVERED).send().await.is_err());
    let tags = client.list_tags_of_resource().resource_arn(&arn).send().await.expect("an answer").tags;
    let mut tags: Vec<(String, String)> =
        tags.unwrap_or_default().iter().map(|tag: &Tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    tags.sort();
    assert_eq!(tags, [("project", "holdfast"), ("stage", "prod")].map(|(k, v)| (k.to_owned(), v.to_owned())));

    let second = stage.run_on(RECOVERED, since).await.expect("it comes to its end");
    assert_eq!(second.table, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_table_without_its_indexes_is_refused() {
    let stage = Stage::new().await;
    let client = stage.world.stack.engine().store().client().clone();
    recovered(&client, false).await;
    let refused = stage.run_on(RECOVERED, stage.world.stack.clock().now()).await.expect_err("it has no agenda");
    assert!(matches!(refused, RestoreError::Table(_)), "{refused}");
    assert_eq!(refused.to_string(), "the table has no index agenda");
}
