//! Tables of the organization's orders: at once where they are small, else as files that are written in the background. The same use
//! cases as the API's.

use std::time::Duration;

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{ListingId, Refusal, SheetKind};
use engine::{EngineError, ExportAsk, ExportSeen};
use http::{HeaderValue, StatusCode, header};
use jiff::{Timestamp, civil::Date};
use minijinja::{Value, context};
use serde::Deserialize;
use store::{EXPORT_KEPT, ExportJob, ExportState, OrderFilter};
use url::form_urlencoded;
use web::{Answer, Problem, csv};

use super::{
    list::day_begins,
    seat::{DeskForm, DeskVisit},
};
use crate::{address::At, frame::explained, reader::Reader, state::Pages, times, typed::Typed};

/// How long a table is read for: less than the function's time, so that a last page and the answer fit in.
const TIME: Duration = Duration::from_secs(20);

/// The fields of the form.
const FIELDS: [&str; 4] = ["kind", "listing", "from", "to"];

/// The word of the button for a table as an answer.
const NOW: &str = "now";

/// How many exports are listed, the latest ones.
const LISTED: i32 = 20;

/// An export in a page's address, not yet known to begin with `exp_`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct DeskExportPath {
    export: String,
}

/// What the form says: the kind of table, and of which orders.
struct Chosen {
    kind: SheetKind,
    listing: Option<ListingId>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Chosen {
    /// # Errors
    /// `invalid_request` at the field.
    fn parse(typed: &Typed, reader: &Reader) -> Result<Self, Refusal> {
        let kind = SheetKind::ALL.into_iter().find(|kind| kind.as_str() == typed.get("kind"));
        let listing = typed.given("listing").map(ListingId::parse).transpose();
        let day = |field: &str| {
            let date = typed.given(field).map(str::parse::<Date>).transpose();
            date.map_err(|_| Refusal::field(field, "Must be a day"))
        };
        // The last day is in it.
        let last =
            day("to")?.map(|last| last.tomorrow().map_err(|_| Refusal::field("to", "Must be a day"))).transpose()?;
        Ok(Self {
            kind: kind.ok_or_else(|| Refusal::field("kind", "Choose one"))?,
            listing: listing.map_err(|error| Refusal::field("listing", error.to_string()))?,
            from: day("from")?.and_then(|date| day_begins(reader, date)),
            to: last.and_then(|date| day_begins(reader, date)),
        })
    }
}

/// The page: what can be had, and what was asked for lately.
pub(super) async fn page(State(pages): State<Pages>, desk: DeskVisit) -> Answer<Response> {
    let jobs = pages.store.exports_of(&desk.seller.id, LISTED).await.map_err(EngineError::from)?;
    let (reader, visit, typed) = (desk.reader(), &desk.visit, desk.visit.typed());
    let kind = |kind: SheetKind| (kind.as_str(), name(&reader, kind));
    let fields = FIELDS.map(|name| (name, typed.get(name).to_owned()));
    let content = context! {
        path => Value::from_safe_string(desk.path("/exports")),
        kinds => SheetKind::ALL.map(kind),
        fields => super::filled::Known::from(fields),
        long => typed.ticked(LONG),
        exports => jobs.iter().map(|job| listed(&desk, &reader, job)).collect::<Vec<_>>(),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| wrong.fields.clone()).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-exports.html", content))
}

/// What is kept beside the form when its table is too long for one answer. It is never sent.
const LONG: &str = "~long";

fn name(reader: &Reader, kind: SheetKind) -> String {
    reader.phrase(&format!("page-export-{}", kind.as_str()), &[])
}

fn listed(desk: &DeskVisit, reader: &Reader, job: &ExportJob) -> Value {
    context! {
        path => Value::from_safe_string(path(desk, job)),
        kind => name(reader, job.kind),
        listing => job.listing.as_ref().map(|listing| listing.as_str()),
        at => times::moment(reader, job.created_at),
        by => job.by.as_str(),
        state => job.state.as_str(),
        state_name => reader.phrase(&format!("page-export-{}", job.state.as_str()), &[]),
    }
}

fn path(desk: &DeskVisit, job: &ExportJob) -> String {
    desk.path(&format!("/exports/{}", job.id))
}

/// The table as an answer; where it is too long, the page says so and offers a file.
pub(super) async fn table(State(pages): State<Pages>, desk: DeskVisit, RawQuery(query): RawQuery) -> Answer<Response> {
    let typed = Typed::read(query.unwrap_or_default().as_bytes());
    let page = desk.path("/exports");
    let Chosen { kind, listing, from, to } = match Chosen::parse(&typed, &desk.reader()) {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(desk.visit.refused(&page, typed, &refusal.into())),
    };
    let filter = OrderFilter { status: None, listing, from, to };
    let sheet = pages.engine.sheet(&desk.seller.id, &filter, kind, None, TIME).await?;
    Ok(match sheet.cursor {
        None => desk.visit.private(csv(kind, sheet.bytes, None)),
        Some(_) => desk.visit.keep(&page, typed.with(LONG, "on")),
    })
}

/// Has the table written as a file, or leads to it as an answer.
pub(super) async fn begin(State(pages): State<Pages>, form: DeskForm) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    if typed.get("how") == NOW {
        let fields = FIELDS.iter().filter_map(|name| Some((*name, typed.given(name)?)));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        return Ok(desk.visit.go(&desk.path(&format!("/exports/table?{query}"))));
    }
    Ok(match ask(&pages, &desk, &typed).await {
        Ok(job) => desk.visit.go(&path(&desk, &job)),
        Err(problem) => desk.visit.refused(&desk.path("/exports"), typed, &problem),
    })
}

async fn ask(pages: &Pages, desk: &DeskVisit, typed: &Typed) -> Result<ExportJob, Problem> {
    let Chosen { kind, listing, from, to } = Chosen::parse(typed, &desk.reader())?;
    let ask = ExportAsk { organization: desk.seller.id.clone(), kind, listing, from, to };
    Ok(pages.engine.begin_export(ask, &desk.identity.actor()).await?)
}

async fn seen(pages: &Pages, desk: &DeskVisit, id: &str) -> Answer<ExportSeen> {
    let legal = id.strip_prefix("exp_").is_some_and(|id| id.chars().all(|c| c.is_ascii_alphanumeric()));
    let found = if legal { pages.engine.export(&desk.seller.id, id).await? } else { None };
    Ok(found.ok_or_else(|| Refusal::not_found("export"))?)
}

/// What tells the page of an export whether it has anything new.
fn version_of(job: &ExportJob) -> String {
    format!("{} {}", job.state.as_str(), job.progress.bytes)
}

/// One export: how far it is, and where its file is.
pub(super) async fn one(
    State(pages): State<Pages>,
    At(DeskExportPath { export: id }): At<DeskExportPath>,
    desk: DeskVisit,
) -> Answer<Response> {
    let ExportSeen { job, link } = seen(&pages, &desk, &id).await?;
    let reader = desk.reader();
    let content = context! {
        export => listed(&desk, &reader, &job),
        running => job.state == ExportState::Running,
        version => version_of(&job),
        kilobytes => job.progress.bytes.div_ceil(1_024),
        is_there => link.is_some(),
        kept_until => times::moment(&reader, job.created_at + EXPORT_KEPT),
    };
    Ok(desk.render(&pages, StatusCode::OK, "desk-export.html", content))
}

/// The version of an export's page, for the script that finds out whether it has anything new.
pub(super) async fn version(
    State(pages): State<Pages>,
    At(DeskExportPath { export: id }): At<DeskExportPath>,
    desk: DeskVisit,
) -> Answer<Response> {
    let version = version_of(&seen(&pages, &desk, &id).await?.job);
    let mut response = desk.visit.private(version.into_response());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

/// Leads to the file, by a link that is good for minutes; to the export's page where there is none.
pub(super) async fn file(
    State(pages): State<Pages>,
    At(DeskExportPath { export: id }): At<DeskExportPath>,
    desk: DeskVisit,
) -> Answer<Response> {
    let ExportSeen { job, link } = seen(&pages, &desk, &id).await?;
    let to = link.map_or_else(|| path(&desk, &job), |(link, _)| link.to_string());
    Ok(desk.visit.go(&to))
}
