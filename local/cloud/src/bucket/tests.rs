//! The functions' own client, on the bucket of this process.

use std::{sync::Arc, time::Duration};

use bucket::{Bucket, BucketError};
use bytes::Bytes;
use runtime::{Clock, Settings, Wire};

use super::{EmbeddedBucket, LEAST_PART};

fn world() -> (Bucket, EmbeddedBucket, Clock) {
    let clock = Clock::new();
    let embedded = EmbeddedBucket::new(clock.clone());
    let settings = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:3000/local/files"),
        ("EXPORTS_BUCKET", "exports"),
    ];
    let settings = Settings::of(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let bucket = Bucket::build(&settings, Arc::new(embedded.clone()), clock.clone()).expect("a bucket");
    (bucket, embedded, clock)
}

async fn read(embedded: &EmbeddedBucket, url: &str) -> (u16, Bytes) {
    let request = http::Request::get(url).body(Bytes::new()).expect("a request");
    let answer = embedded.send(request).await.expect("an answer");
    (answer.status().as_u16(), answer.into_body())
}

#[tokio::test]
async fn a_file_is_written_in_parts_and_read_by_a_link() {
    let (bucket, embedded, clock) = world();
    let name = "acme/exp_1/orders.csv";
    let upload = bucket.begin(name).await.expect("an upload");
    let (first, second) = (vec![b'a'; LEAST_PART], b"the rest, \"quoted\" & more".to_vec());
    let mut tags = Vec::new();
    for (n, part) in (1..).zip([first.clone(), second.clone()]) {
        // A part that is written again replaces the one before.
        bucket.put_part(name, &upload, n, b"an earlier try".to_vec()).await.expect("a tag");
        tags.push(bucket.put_part(name, &upload, n, part).await.expect("a tag"));
    }
    assert!(!bucket.has(name).await.expect("an answer"), "not before it is whole");
    bucket.complete(name, &upload, &tags).await.expect("a file");
    assert!(bucket.has(name).await.expect("an answer"));
    assert_eq!(bucket.get(name).await.expect("a file"), [first, second].concat());
    assert_eq!(embedded.files(), ["/local/files/exports/acme/exp_1/orders.csv"]);
    let again = bucket.complete(name, &upload, &tags).await;
    assert!(matches!(again, Err(BucketError::Missing { .. })), "the upload is over: {again:?}");

    let link = bucket.link(name, "orders.csv", Duration::from_secs(600));
    assert_eq!(read(&embedded, link.as_str()).await.0, 200);
    for (part, other) in
        [("exp_1", "exp_2"), ("X-Amz-Expires=600", "X-Amz-Expires=6000"), ("orders.csv%22", "o.csv%22")]
    {
        assert!(link.as_str().contains(part), "{link}");
        let forged = link.as_str().replacen(part, other, 1);
        assert_eq!(read(&embedded, &forged).await.0, 403, "{forged}");
    }
    clock.advance(601);
    assert_eq!(read(&embedded, link.as_str()).await.0, 403, "the link is good no more");
    clock.advance(7 * 24 * 3_600);
    assert!(!bucket.has(name).await.expect("an answer"), "the bucket keeps files for a week");
}

#[tokio::test]
async fn parts_that_are_too_small_or_unknown_make_no_file() {
    let (bucket, embedded, _) = world();
    let upload = bucket.begin("a").await.expect("an upload");
    let mut tags = Vec::new();
    for n in [1, 2] {
        tags.push(bucket.put_part("a", &upload, n, vec![b'a'; 10]).await.expect("a tag"));
    }
    let made = bucket.complete("a", &upload, &tags).await;
    assert!(matches!(&made, Err(BucketError::Refused { reason, .. }) if reason.contains("EntityTooSmall")), "{made:?}");
    let made = bucket.complete("a", &upload, &["\"guess\"".to_owned()]).await;
    assert!(matches!(&made, Err(BucketError::Refused { reason, .. }) if reason.contains("InvalidPart")), "{made:?}");
    let made = bucket.put_part("a", "no-upload", 1, Vec::new()).await;
    assert!(matches!(made, Err(BucketError::Missing { .. })));
    assert!(matches!(bucket.get("a").await, Err(BucketError::Missing { .. })));
    assert_eq!((embedded.files().len(), embedded.open_uploads()), (0, 1));
}
