//! When something happens by itself (定时).

/// Five cron fields: minute, hour, day, month, weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(String);

impl Schedule {
    /// Checks cron fields such as `0 7 * * *`; the error is the reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fields = text.split_whitespace().collect::<Vec<_>>();
        if fields.len() != 5 {
            return Err(format!("it has {} fields instead of 5", fields.len()));
        }
        let text = fields.join(" ");
        cronexpr::parse_crontab(&format!("{text} UTC")).map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())?;
        Ok(Self(text))
    }

    /// The cron fields.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The first time after `last` in a zone; none when there is no such time.
    pub fn next_after(&self, last: jiff::Timestamp, zone: &str) -> Option<jiff::Timestamp> {
        let crontab = cronexpr::parse_crontab(&format!("{} {zone}", self.0)).ok()?;
        crontab.find_next(last).ok().map(|next| next.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_find_their_next_time_in_the_zone() {
        let seven = Schedule::parse(" 0  7 * * 1-5 ").expect("cron fields");
        assert_eq!(seven.text(), "0 7 * * 1-5");
        let friday: jiff::Timestamp = "2024-11-08T00:00:00Z".parse().expect("a time");
        let next = seven.next_after(friday, "Asia/Shanghai").map(|next| next.to_string());
        assert_eq!(next.as_deref(), Some("2024-11-10T23:00:00Z"), "Monday, seven o'clock in Shanghai");
        for wrong in ["", "7", "0 25 * * *", "0 7 * * * UTC", "a b c d e"] {
            assert!(Schedule::parse(wrong).is_err_and(|reason| !reason.is_empty()), "{wrong}");
        }
    }
}
