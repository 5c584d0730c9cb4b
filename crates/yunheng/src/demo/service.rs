//! Service and the customers' voice: tickets.csv, chats.csv, survey_responses.csv.

use super::catalogue::STORES;
use super::clock::{DAY, END, HOUR, Instant, MINUTE};
use super::ledger::Ledger;
use super::orders::Order;
use super::people::{AGENTS, agent_number};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::stories::{shipping_delay, slow_agent};
use super::{DemoError, FileSummary};
use std::path::Path;

const TICKET_HEADERS: [&str; 16] = [
    "ticket_id",
    "customer_id",
    "order_id",
    "kind",
    "source",
    "category",
    "severity",
    "opened_at",
    "first_replied_at",
    "sla_due_at",
    "resolved_at",
    "reopened",
    "agent_id",
    "csat",
    "root_cause",
    "text",
];
const CHAT_HEADERS: [&str; 9] =
    ["chat_id", "customer_id", "agent_id", "store_id", "started_at", "first_reply_seconds", "is_robot", "replied", "order_id"];
const SURVEY_HEADERS: [&str; 9] =
    ["response_id", "question_id", "survey_id", "customer_id", "responded_at", "kind", "dimension", "score", "text"];

pub struct ServiceFiles {
    tickets: Sheet,
    chats: Sheet,
    surveys: Sheet,
    ticket_count: u64,
    chat_count: u64,
    response_count: u64,
}

impl ServiceFiles {
    pub fn create(dir: &Path) -> Result<Self, DemoError> {
        Ok(ServiceFiles {
            tickets: Sheet::create(dir, "tickets.csv", &TICKET_HEADERS)?,
            chats: Sheet::create(dir, "chats.csv", &CHAT_HEADERS)?,
            surveys: Sheet::create(dir, "survey_responses.csv", &SURVEY_HEADERS)?,
            ticket_count: 0,
            chat_count: 0,
            response_count: 0,
        })
    }

    /// Writes what an order gives rise to; `rank` is its position in time.
    pub fn write(&mut self, seed: u64, rank: usize, order: &Order, ledger: &mut Ledger) -> Result<(), DemoError> {
        let mut rng = Rng::new(seed, Stream::Service, rank as u64);
        self.write_chats(&mut rng, order)?;
        if !order.counts() {
            return Ok(());
        }
        self.write_ticket(&mut rng, order, ledger)?;
        self.write_survey(&mut rng, order, ledger)
    }

    pub fn finish(self) -> Result<Vec<FileSummary>, DemoError> {
        Ok(vec![self.tickets.finish()?, self.chats.finish()?, self.surveys.finish()?])
    }

    fn write_chats(&mut self, rng: &mut Rng, order: &Order) -> Result<(), DemoError> {
        if rng.chance(0.2) {
            let ahead = 30 + rng.exponential(15.0 * MINUTE as f64) as i64;
            self.write_chat(rng, order, order.times.placed - ahead, true)?;
        }
        if rng.chance(0.17) {
            let later = (rng.unit() * 30.0 * DAY as f64) as i64;
            self.write_chat(rng, order, order.times.placed + later, false)?;
        }
        Ok(())
    }

    fn write_chat(&mut self, rng: &mut Rng, order: &Order, started: Instant, converted: bool) -> Result<(), DemoError> {
        if !(0..END).contains(&started) {
            return Ok(());
        }
        self.chat_count += 1;
        let agent = rng.below(AGENTS);
        let robot = rng.chance(0.15);
        let replied = robot || rng.chance(0.97);
        let seconds = match robot {
            true => rng.between(1.0, 3.0),
            false => rng.log_normal(11.0, 0.6) * slowness(agent, started),
        };
        let sheet = &mut self.chats;
        sheet.code('H', self.chat_count, 8).code('C', u64::from(order.customer) + 1, 6);
        sheet.code('P', agent_number(agent), 3).text(STORES[order.store].id).time(started);
        match replied {
            true => sheet.number(seconds.max(1.0) as u64),
            false => sheet.empty(),
        };
        sheet.flag(robot).flag(replied);
        match converted {
            true => sheet.number(order.id),
            false => sheet.empty(),
        };
        sheet.end()
    }

    fn write_ticket(&mut self, rng: &mut Rng, order: &Order, ledger: &mut Ledger) -> Result<(), DemoError> {
        let Some(paid) = order.times.paid else {
            return Ok(());
        };
        let cause = cause(order);
        if !rng.chance(cause.probability()) {
            return Ok(());
        }
        let opened = match cause {
            Cause::Refund(requested) => requested + (rng.unit() * HOUR as f64) as i64,
            Cause::Late(promised) => promised + rng.exponential(0.8 * DAY as f64) as i64,
            Cause::Question => paid + rng.exponential(3.0 * DAY as f64) as i64,
        };
        if opened >= END {
            return Ok(());
        }
        let ticket = Ticket::draw(rng, cause, opened);
        ticket.record(ledger);
        self.ticket_count += 1;
        let sheet = &mut self.tickets;
        sheet.code('T', self.ticket_count, 8).code('C', u64::from(order.customer) + 1, 6);
        sheet.number(order.id);
        ticket.write(sheet)
    }

    fn write_survey(&mut self, rng: &mut Rng, order: &Order, ledger: &mut Ledger) -> Result<(), DemoError> {
        let (Some(paid), Some(delivered)) = (order.times.paid, order.times.delivered) else {
            return Ok(());
        };
        let responded = delivered + DAY / 2 + rng.exponential(1.5 * DAY as f64) as i64;
        if !rng.chance(0.12) || responded >= END {
            return Ok(());
        }
        let (starts, ends) = shipping_delay::window();
        let delayed = order.region == shipping_delay::REGION && (starts..ends).contains(&paid);
        let late = order.times.shipped > order.times.promised;
        let loss = match (delayed, late) {
            (true, _) => shipping_delay::NPS_LOSS,
            (_, true) => 1.4,
            _ => 0.0,
        };
        let refund_loss = if order.refunds.is_empty() { 0.0 } else { 1.5 };
        let mood = 8.9 + 1.6 * rng.normal();
        let nps = (mood - loss - refund_loss).round().clamp(0.0, 10.0) as i64;
        ledger.nps.push((order.region, responded, nps));
        self.response_count += 1;
        let comment = comment(rng, nps, loss > 0.0);
        self.write_answer(order, responded, ("nps", "nps", "总体"), nps, comment)?;
        let stars = |mood: f64| (mood / 2.0).round().clamp(1.0, 5.0) as i64;
        let answers = [
            (("csat_product", "csat", "商品"), stars(mood - refund_loss + rng.normal())),
            (("csat_logistics", "csat", "物流"), stars(mood - 1.3 * loss + rng.normal())),
            (("csat_attitude", "csat", "服务态度"), stars(mood + rng.normal())),
            // Effort, 1 (very hard) to 7 (very easy).
            (("ces", "ces", "办理难易"), (0.6 * mood - loss + 0.8 * rng.normal()).round().clamp(1.0, 7.0) as i64),
        ];
        for (question, score) in answers {
            self.write_answer(order, responded, question, score, "")?;
        }
        Ok(())
    }

    fn write_answer(
        &mut self,
        order: &Order,
        responded: Instant,
        (question, kind, dimension): (&str, &str, &str),
        score: i64,
        text: &str,
    ) -> Result<(), DemoError> {
        let sheet = &mut self.surveys;
        sheet.code('A', self.response_count, 8).text(question).text("post_purchase");
        sheet.code('C', u64::from(order.customer) + 1, 6).time(responded);
        sheet.text(kind).text(dimension).number(score as u64).text(text).end()
    }
}

/// Why a customer turns to service.
#[derive(Clone, Copy)]
enum Cause {
    Refund(Instant),
    Late(Instant),
    Question,
}

impl Cause {
    fn probability(self) -> f64 {
        match self {
            Cause::Refund(_) => 0.3,
            Cause::Late(_) => 0.16,
            Cause::Question => 0.03,
        }
    }
}

fn cause(order: &Order) -> Cause {
    let times = &order.times;
    match (order.refunds.first(), times.promised, times.shipped) {
        (Some(refund), ..) => Cause::Refund(refund.requested),
        (_, Some(promised), Some(shipped)) if shipped > promised => Cause::Late(promised),
        _ => Cause::Question,
    }
}

fn slowness(agent: usize, at: Instant) -> f64 {
    let slow = agent == slow_agent::AGENT && at >= slow_agent::starts();
    if slow { slow_agent::FACTOR } else { 1.0 }
}

struct Ticket {
    kind: &'static str,
    category: &'static str,
    root_cause: &'static str,
    text: &'static str,
    source: &'static str,
    severity: usize,
    opened: Instant,
    replied: Instant,
    resolved: Instant,
    reopened: bool,
    agent: usize,
    csat: Option<u64>,
}

const SEVERITIES: [(&str, i64); 3] = [("高", 8), ("中", 24), ("低", 48)];
const SOURCES: [&str; 4] = ["在线", "电话", "邮件", "社媒"];

impl Ticket {
    fn draw(rng: &mut Rng, cause: Cause, opened: Instant) -> Self {
        let complaint = rng.chance(0.45);
        let (kind, category, root_cause, text) = match (cause, complaint) {
            (Cause::Refund(_), true) => ("投诉", "质量", "商品质量", "收到的商品有问题"),
            (Cause::Refund(_), false) => ("售后", "退款", "退换规则", "请问退款多久到账"),
            (Cause::Late(_), true) => ("投诉", "物流", "仓库延误", "一直没有发货"),
            (Cause::Late(_), false) => ("咨询", "物流", "仓库延误", "什么时候能收到"),
            (Cause::Question, true) => ("咨询", "发票", "", "需要开具发票"),
            (Cause::Question, false) => ("建议", "商品", "", "希望增加新的颜色"),
        };
        let agent = rng.below(AGENTS);
        let reply_minutes = rng.log_normal(18.0, 0.7) * slowness(agent, opened);
        let replied = opened + (reply_minutes * 60.0) as i64 + 1;
        let resolved = replied + (rng.log_normal(7.0, 0.8) * HOUR as f64) as i64;
        let mood = 4.7 - 0.4 * (1.0 + reply_minutes / 20.0).ln() + 0.7 * rng.normal();
        let answers = rng.chance(0.45);
        Ticket {
            kind,
            category,
            root_cause,
            text,
            source: SOURCES[rng.weighted(&[0.7, 0.2, 0.06, 0.04])],
            severity: rng.weighted(if complaint { &[0.3, 0.5, 0.2] } else { &[0.05, 0.45, 0.5] }),
            opened,
            replied,
            resolved,
            reopened: rng.chance(0.05),
            agent,
            csat: answers.then(|| mood.round().clamp(1.0, 5.0) as u64),
        }
    }

    fn record(&self, ledger: &mut Ledger) {
        if self.opened < slow_agent::starts() || self.replied >= END {
            return;
        }
        let minutes = (self.replied - self.opened) as f64 / 60.0;
        match self.agent == slow_agent::AGENT {
            true => ledger.slow_replies.push(minutes),
            false => ledger.other_replies.push(minutes),
        }
    }

    /// Writes the fields from `kind` on.
    fn write(&self, sheet: &mut Sheet) -> Result<(), DemoError> {
        let (severity, hours) = SEVERITIES[self.severity];
        let known = |at: Instant| Some(at).filter(|at| *at < END);
        sheet.text(self.kind).text(self.source).text(self.category).text(severity);
        sheet.time(self.opened).maybe_time(known(self.replied));
        sheet.time(self.opened + hours * HOUR).maybe_time(known(self.resolved));
        sheet.flag(self.reopened && self.resolved < END).code('P', agent_number(self.agent), 3);
        match self.csat.filter(|_| self.resolved < END) {
            Some(csat) => sheet.number(csat),
            None => sheet.empty(),
        };
        sheet.text(self.root_cause).text(self.text).end()
    }
}

fn comment(rng: &mut Rng, nps: i64, late: bool) -> &'static str {
    if !rng.chance(0.2) {
        return "";
    }
    match (nps, late) {
        (9.., _) => "很满意，会再来",
        (7.., _) => "整体还可以",
        (_, true) => "物流太慢了，等了很久",
        _ => "没有达到预期",
    }
}
