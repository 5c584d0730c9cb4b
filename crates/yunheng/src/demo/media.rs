//! Content and community: accounts.csv, content_daily.csv, content_reviews.csv, account_daily.csv, mentions.csv.

use super::clock::{self, DAY, DAYS};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::{DemoError, FileSummary};
use std::path::Path;

/// (platform, custodian, followers at the start, share of followers that a post reaches).
const ACCOUNTS: [(&str, u64, f64, f64); 6] = [
    ("抖音", 27, 86_000.0, 0.55),
    ("小红书", 28, 41_000.0, 0.40),
    ("视频号", 27, 22_000.0, 0.35),
    ("微博", 28, 63_000.0, 0.12),
    ("B站", 27, 12_000.0, 0.45),
    ("公众号", 28, 35_000.0, 0.08),
];
/// Days between two posts of an account, and days a post is followed.
const POST_EVERY: i64 = 3;
const POST_LIVES: i64 = 14;
/// Days until a post is reviewed.
const REVIEWED_AFTER: i64 = 3;
const RATERS: [u64; 3] = [1, 12, 26];
const BRANDS: [(&str, f64); 4] = [("禾木", 5.0), ("竞品甲", 6.5), ("竞品乙", 3.5), ("竞品丙", 2.0)];
const SENTIMENTS: [&str; 3] = ["正面", "中性", "负面"];

pub fn write(dir: &Path, seed: u64) -> Result<Vec<FileSummary>, DemoError> {
    Ok(vec![
        write_accounts(dir)?,
        write_posts(dir, seed)?,
        write_reviews(dir, seed)?,
        write_account_days(dir, seed)?,
        write_mentions(dir, seed)?,
    ])
}

fn write_accounts(dir: &Path) -> Result<FileSummary, DemoError> {
    let headers = ["account_id", "platform", "custodian_id", "permissions", "opened_at", "credentials_rotated_at", "closed_at"];
    let mut sheet = Sheet::create(dir, "accounts.csv", &headers)?;
    for (account, (platform, custodian, ..)) in ACCOUNTS.iter().enumerate() {
        sheet.code('A', account as u64 + 1, 2).text(platform).code('P', *custodian, 3).text("发布,回复");
        sheet.date(0).date(DAYS - 30 - 40 * account as i64).empty().end()?;
    }
    sheet.finish()
}

fn followers(account: usize, day: i64) -> f64 {
    ACCOUNTS[account].2 * (1.0 + 0.0009 * day as f64)
}

fn write_posts(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let headers = [
        "post_id",
        "date",
        "account_id",
        "author_id",
        "impressions",
        "plays",
        "completions",
        "likes",
        "shares",
        "comments",
        "dwell_seconds",
        "referral_visits",
        "referral_orders",
    ];
    let mut sheet = Sheet::create(dir, "content_daily.csv", &headers)?;
    for (post, account, published) in posts() {
        let mut rng = Rng::new(seed, Stream::Content, post);
        let quality = rng.log_normal(1.0, 0.6);
        let (play, finish) = (rng.between(0.25, 0.6), rng.beta(4.0, 8.0));
        for age in (0..POST_LIVES).filter(|age| published + age < DAYS) {
            let reach = followers(account, published) * ACCOUNTS[account].3 * quality * 0.5_f64.powf(age as f64 / 1.5) * 0.4;
            let impressions = rng.poisson(reach);
            let part = |rate: f64, of: u64, rng: &mut Rng| rng.poisson(rate * of as f64).min(of);
            let plays = part(play, impressions, &mut rng);
            let completions = part(finish, plays, &mut rng);
            let (likes, shares, comments) =
                (part(0.03, impressions, &mut rng), part(0.006 * quality, impressions, &mut rng), part(0.008, impressions, &mut rng));
            let visits = part(0.02, plays, &mut rng);
            let orders = part(0.03, visits, &mut rng);
            sheet.code('W', post + 1, 5).date(published + age).code('A', account as u64 + 1, 2);
            sheet.code('P', ACCOUNTS[account].1, 3).number(impressions).number(plays).number(completions);
            sheet.number(likes).number(shares).number(comments).rate(rng.log_normal(14.0, 0.25));
            sheet.number(visits).number(orders).end()?;
        }
    }
    sheet.finish()
}

/// (number, account, day of publication) of every post.
fn posts() -> impl Iterator<Item = (u64, usize, i64)> {
    let each =
        |day: i64| (0..ACCOUNTS.len()).filter(move |account| (day + *account as i64) % POST_EVERY == 0).map(move |account| (account, day));
    (0..DAYS).flat_map(each).zip(0..).map(|((account, day), post)| (post, account, day))
}

fn write_reviews(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let headers = ["post_id", "rater_id", "originality", "appeal", "emotional_resonance", "reviewed_at"];
    let mut sheet = Sheet::create(dir, "content_reviews.csv", &headers)?;
    for (post, _, published) in posts().step_by(5) {
        let mut rng = Rng::new(seed, Stream::Review, post);
        let worth = 3.3 + 0.7 * rng.normal();
        for rater in RATERS {
            sheet.code('W', post + 1, 5).code('P', rater, 3);
            for _ in 0..3 {
                sheet.number((worth + 0.6 * rng.normal()).round().clamp(1.0, 5.0) as u64);
            }
            sheet.date((published + REVIEWED_AFTER).min(DAYS - 1)).end()?;
        }
    }
    sheet.finish()
}

fn write_account_days(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let headers = [
        "account_id",
        "date",
        "platform",
        "followers",
        "new_followers",
        "lost_followers",
        "interactions",
        "messages",
        "replies",
        "community_members",
        "community_active_daily",
        "community_active_monthly",
    ];
    let mut sheet = Sheet::create(dir, "account_daily.csv", &headers)?;
    for (account, (platform, ..)) in ACCOUNTS.iter().enumerate() {
        let mut rng = Rng::new(seed, Stream::Account, account as u64);
        let mut now = ACCOUNTS[account].2 as u64;
        for day in 0..DAYS {
            let (gained, lost) = (rng.poisson(0.0017 * now as f64), rng.poisson(0.0008 * now as f64));
            now = (now + gained).saturating_sub(lost);
            let messages = rng.poisson(0.0012 * now as f64);
            let members = now / 20;
            let monthly = (members as f64 * rng.between(0.42, 0.55)) as u64;
            sheet.code('A', account as u64 + 1, 2).date(day).text(platform).number(now).number(gained).number(lost);
            sheet.number(rng.poisson(0.01 * now as f64)).number(messages).number((messages as f64 * rng.between(0.85, 1.0)) as u64);
            sheet.number(members).number((monthly as f64 * rng.between(0.18, 0.32)) as u64).number(monthly).end()?;
        }
    }
    sheet.finish()
}

fn write_mentions(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "mentions.csv", &["mention_id", "at", "platform", "brand", "author", "text", "sentiment", "reach"])?;
    let mut count = 0;
    for day in 0..DAYS {
        let mut rng = Rng::new(seed, Stream::Mention, day as u64);
        for (brand, rate) in BRANDS {
            for _ in 0..rng.poisson(rate) {
                count += 1;
                let at = day * DAY + (rng.unit() * DAY as f64) as clock::Instant;
                sheet.code('M', count, 6).time(at).text(ACCOUNTS[rng.below(ACCOUNTS.len())].0).text(brand);
                sheet.code('U', rng.below(90_000) as u64, 5).text("提到了品牌").text(SENTIMENTS[rng.weighted(&[0.45, 0.4, 0.15])]);
                sheet.number(rng.log_normal(900.0, 1.2) as u64).end()?;
            }
        }
    }
    sheet.finish()
}
