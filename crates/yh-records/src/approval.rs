//! From draft to approved (草稿 → 提交 → 批准): the steps that versions of targets and of actuals by hand share.

use sea_orm::{
    ConnectionTrait, EntityTrait,
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};

use crate::{Records, RecordsError, Result, Stamp, audit, digest::keep_digest, stored};

/// Where a version stands; the highest approved version of a key is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Submitted,
    Approved,
    Rejected,
}

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Reject,
}

/// A version's way so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub state: State,
    /// Who submitted it, and when.
    pub submitted: Option<(String, String)>,
    /// Who approved or rejected it, and when; none where no approval was required.
    pub decided: Option<(String, String)>,
    /// What was said with the decision.
    pub note: Option<String>,
}

impl State {
    /// The state's name in records and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    fn parse(name: &str) -> std::result::Result<Self, String> {
        let all = [Self::Draft, Self::Submitted, Self::Approved, Self::Rejected];
        all.into_iter().find(|state| state.name() == name).ok_or_else(|| format!("unknown state {name}"))
    }
}

impl Approval {
    /// A version that nobody has submitted yet.
    pub fn draft() -> Self {
        Self { state: State::Draft, submitted: None, decided: None, note: None }
    }

    /// A version that counts at once: where no approval is required, or with who approved it elsewhere.
    pub fn approved(by: Option<&str>, stamp: &Stamp) -> Self {
        Self { state: State::Approved, decided: by.map(|by| (by.to_owned(), stamp.at.to_string())), ..Self::draft() }
    }

    pub(crate) fn read(
        state: &str,
        submitted: (Option<String>, Option<String>),
        decided: (Option<String>, Option<String>),
        note: Option<String>,
    ) -> Result<Self> {
        let both = |(by, at): (Option<String>, Option<String>)| by.zip(at);
        Ok(Self { state: stored("state", State::parse(state))?, submitted: both(submitted), decided: both(decided), note })
    }
}

/// A kind of record that is approved version by version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub table: &'static str,
    pub what: &'static str,
}

/// One version as the steps see it.
struct Version {
    id: i32,
    key: [String; 4],
    version: i32,
    state: State,
    by: String,
    submitted_by: Option<String>,
}

impl Records {
    /// Submits drafts, all or none.
    pub(crate) async fn submit<E: EntityTrait>(&self, kind: Kind, ids: &[i64], stamp: &Stamp) -> Result<()> {
        let transaction = self.begin().await?;
        for id in ids {
            let found = find(&transaction, kind, *id).await?;
            if found.state != State::Draft {
                let message = format!("{} {id} is {}, not a draft", kind.what, found.state.name());
                return Err(RecordsError::Refused { code: "not-draft", message, hint: "only drafts are submitted" });
            }
            let values =
                [("state", State::Submitted.name().to_owned()), ("submitted_by", stamp.by.clone()), ("submitted_at", stamp.at.to_string())];
            update::<E>(&transaction, &found, &values).await?;
            audit::append(
                &transaction,
                stamp,
                &format!("{}.submit", kind.what),
                &found.subject(),
                Some(format!("{{\"version\":{}}}", found.version)),
            )
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Approves or rejects what others submitted, all or none.
    pub(crate) async fn decide<E: EntityTrait>(&self, kind: Kind, ids: &[i64], verdict: Verdict, note: &str, stamp: &Stamp) -> Result<()> {
        let transaction = self.begin().await?;
        for id in ids {
            let found = find(&transaction, kind, *id).await?;
            found.check_decision(kind, stamp)?;
            if let Some(later) = later_approved(&transaction, kind, &found).await? {
                let message = format!("{} {id} is version {}; version {later} is approved already", kind.what, found.version);
                return Err(RecordsError::Refused { code: "superseded", message, hint: "record it again as a new version, with a reason" });
            }
            let (state, action) = match verdict {
                Verdict::Approve => (State::Approved, "approve"),
                Verdict::Reject => (State::Rejected, "reject"),
            };
            let values = [
                ("state", state.name().to_owned()),
                ("decided_by", stamp.by.clone()),
                ("decided_at", stamp.at.to_string()),
                ("note", note.to_owned()),
            ];
            update::<E>(&transaction, &found, &values).await?;
            let detail = serde_json::json!({"version": found.version, "note": note}).to_string();
            audit::append(&transaction, stamp, &format!("{}.{action}", kind.what), &found.subject(), Some(detail)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl Version {
    fn subject(&self) -> String {
        let [metric, period, dimension, segment] = &self.key;
        format!("{metric} {period} {dimension}={segment}")
    }

    fn check_decision(&self, kind: Kind, stamp: &Stamp) -> Result<()> {
        if self.state != State::Submitted {
            let message = format!("{} {} is {}, not submitted", kind.what, self.id, self.state.name());
            return Err(RecordsError::Refused { code: "not-submitted", message, hint: "submit it first" });
        }
        if self.by == stamp.by || self.submitted_by.as_ref() == Some(&stamp.by) {
            let message = format!("{} {} was made or submitted by {}, who may not decide on it", kind.what, self.id, stamp.by);
            return Err(RecordsError::Refused { code: "same-person", message, hint: "let another person decide" });
        }
        Ok(())
    }
}

const KEY: [&str; 4] = ["metric", "period", "dimension", "segment"];

async fn find(db: &impl ConnectionTrait, kind: Kind, id: i64) -> Result<Version> {
    let missing = || RecordsError::NotFound { what: kind.what, id: id.to_string() };
    let id = i32::try_from(id).map_err(|_| missing())?;
    let columns = KEY.iter().chain(&["version", "state", "by", "submitted_by"]).map(|column| Alias::new(*column));
    let select = Query::select().columns(columns).from(Alias::new(kind.table)).and_where(Expr::col(Alias::new("id")).eq(id)).to_owned();
    let row = db.query_one(&select).await?.ok_or_else(missing)?;
    let text = |column: &str| row.try_get::<String>("", column);
    let [metric, period, dimension, segment] = KEY.map(text);
    Ok(Version {
        id,
        key: [metric?, period?, dimension?, segment?],
        version: row.try_get("", "version")?,
        state: stored("state", State::parse(&text("state")?))?,
        by: text("by")?,
        submitted_by: row.try_get("", "submitted_by")?,
    })
}

/// The highest approved version after this one, if there is one.
async fn later_approved(db: &impl ConnectionTrait, kind: Kind, found: &Version) -> Result<Option<i32>> {
    let column = |name: &str| Expr::col(Alias::new(name));
    let mut select = Query::select();
    select.column(Alias::new("version")).from(Alias::new(kind.table));
    for (name, value) in KEY.iter().zip(&found.key) {
        select.and_where(column(name).eq(value.as_str()));
    }
    select
        .and_where(column("state").eq(State::Approved.name()))
        .and_where(column("version").gt(found.version))
        .order_by(Alias::new("version"), Order::Desc)
        .limit(1);
    Ok(db.query_one(&select).await?.map(|row| row.try_get("", "version")).transpose()?)
}

async fn update<E: EntityTrait>(db: &impl ConnectionTrait, found: &Version, values: &[(&str, String)]) -> Result<()> {
    let values = values.iter().map(|(column, value)| (Alias::new(*column), Expr::val(value.as_str())));
    let update = Query::update().table(E::default()).values(values).and_where(Expr::col(Alias::new("id")).eq(found.id)).to_owned();
    db.execute(&update).await?;
    keep_digest::<E>(db, found.id).await
}
