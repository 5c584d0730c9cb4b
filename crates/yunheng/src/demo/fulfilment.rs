//! From payment to confirmation: when each step of an order happens.

use super::calendar::spring_festival;
use super::catalogue::REGIONS;
use super::clock::{DAY, END, HOUR, Instant, MINUTE, day_of};
use super::rng::Rng;
use super::stories::shipping_delay;

/// The instants of one order, never decreasing from `placed` to `confirmed`.
pub struct Times {
    pub placed: Instant,
    pub paid: Option<Instant>,
    pub promised: Option<Instant>,
    pub shipped: Option<Instant>,
    pub delivered: Option<Instant>,
    pub confirmed: Option<Instant>,
    /// Seconds after placing at which an unpaid order is cancelled.
    pub payment_limit: i64,
}

/// When an order is paid, if ever, and the limit for it. A deposit's balance falls due at `due`.
pub struct Payment {
    paid: Option<Instant>,
    limit: i64,
}

pub fn payment(rng: &mut Rng, placed: Instant, due: Option<Instant>) -> Payment {
    let (from, median, pays, patience) = match due {
        Some(due) => (due, 1.5 * HOUR as f64, 0.91, 3 * DAY),
        None => (placed, 40.0, 0.93, DAY),
    };
    let delay = (rng.log_normal(median, 1.1) as i64).clamp(3, patience - 1);
    let limit = from - placed + patience;
    Payment { paid: rng.chance(pays).then_some(from + delay), limit }
}

pub fn times(rng: &mut Rng, placed: Instant, payment: Payment, region: usize, on_sale: bool) -> Times {
    let ship_hours = rng.log_normal(if on_sale { 24.0 } else { 15.0 }, 0.55).max(0.3);
    let transit = REGIONS[region].transit_days * rng.log_normal(1.0, 0.25);
    let confirm = rng.exponential(3.0).min(10.0);
    let (extra_ship, extra_transit) = (rng.between(48.0, 96.0), rng.between(36.0, 84.0));
    let mut times =
        Times { placed, paid: payment.paid, promised: None, shipped: None, delivered: None, confirmed: None, payment_limit: payment.limit };
    let Some(paid) = payment.paid else {
        return times;
    };
    let (starts, ends) = shipping_delay::window();
    let delayed = region == shipping_delay::REGION && (starts..ends).contains(&paid);
    let rest_days = if spring_festival(day_of(paid)) < 0.5 { 4.0 } else { 0.0 };
    let hours = ship_hours + rest_days * 24.0 + if delayed { extra_ship } else { 0.0 };
    let travel = transit * 24.0 + if delayed { extra_transit } else { 0.0 };
    let shipped = paid + (hours * HOUR as f64) as i64;
    let delivered = shipped + (travel * HOUR as f64) as i64;
    let promise_hours = if on_sale { 72 } else { 48 };
    times.promised = Some(paid + promise_hours * HOUR + (rest_days as i64) * DAY);
    times.shipped = Some(shipped);
    times.delivered = Some(delivered);
    times.confirmed = Some(delivered + 10 * MINUTE + (confirm * DAY as f64) as i64);
    times
}

impl Times {
    /// The buyer wants the money back before anything is sent.
    pub fn cancel_shipping(&mut self) {
        self.shipped = None;
        self.delivered = None;
        self.confirmed = None;
    }

    /// Forgets what happens after the end of the data; a promise is known in advance.
    pub fn forget_future(&mut self) {
        for time in [&mut self.paid, &mut self.shipped, &mut self.delivered, &mut self.confirmed] {
            *time = time.filter(|t| *t < END);
        }
        if self.paid.is_none() {
            self.promised = None;
        }
    }
}
