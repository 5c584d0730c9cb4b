//! Who visits the company's own shops: the sessions whose steps events.csv logs.
//!
//! Every order of the own shops ends a session; half of them are preceded by earlier visits of the
//! same person (journeys for attribution); all other sessions browse without buying.

use super::basket;
use super::calendar::Demand;
use super::campaigns;
use super::catalogue::{CHANNELS, DEVICE_SHARES, DIRECT, Platform, Product, REGIONS, STORES};
use super::clock::{DAY, DAYS, END, HOUR, Instant, MINUTE};
use super::customers::Customer;
use super::ledger::OwnOrder;
use super::rng::{Rng, Stream, hash};
use super::stories;

/// Events at scale 1.
const EVENTS: f64 = 800_000.0;
/// Mean events of a session that buys and of one that does not; they size the browsing.
const EVENTS_PER_ORDER: f64 = 8.0;
const EVENTS_PER_BROWSE: f64 = 3.3;
const JOURNEY_SHARE: f64 = 0.5;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Visit,
    View,
    Favourite,
    Cart,
    Checkout,
    PayError,
    Purchase,
}

/// Who visits, and from where.
#[derive(Clone, Copy)]
pub struct Session {
    pub number: u32,
    /// Even numbers are the devices of customers, odd ones belong to strangers.
    pub visitor: u32,
    /// Customer, when logged in.
    pub user: Option<u32>,
    pub store: usize,
    pub channel: usize,
    pub campaign: Option<usize>,
    pub device: usize,
    pub region: usize,
}

/// One event.
#[derive(Clone, Copy)]
pub struct Event {
    pub at: Instant,
    pub step: u32,
    pub kind: Kind,
    pub session: Session,
    pub product: Option<u16>,
    /// Order and paid fen, on purchases.
    pub order: Option<(u64, i64)>,
}

/// An earlier visit of somebody who will order.
struct Touch {
    at: Instant,
    order: usize,
    channel: usize,
}

/// Produces the events of one day after another.
pub struct Visits<'a> {
    seed: u64,
    demand: &'a Demand,
    products: &'a [Product],
    orders: &'a [OwnOrder],
    customers: &'a [Customer],
    /// Customers at home in an own shop, by registration.
    regulars: Vec<u32>,
    touches: Vec<Touch>,
    next_order: usize,
    next_touch: usize,
    sessions: u32,
    strangers: f64,
    /// Browsing sessions per unit of hourly weight.
    browse_rate: f64,
    scale: f64,
    /// Events of this day and, after midnight, of the next.
    events: Vec<Event>,
}

impl<'a> Visits<'a> {
    /// `orders` must be in order of placing.
    pub fn new(
        seed: u64,
        scale: f64,
        demand: &'a Demand,
        products: &'a [Product],
        customers: &'a [Customer],
        orders: &'a [OwnOrder],
    ) -> Self {
        let touches = touches(seed, orders);
        let logged = orders.len() as f64 * EVENTS_PER_ORDER + touches.len() as f64 * EVENTS_PER_BROWSE;
        let sessions = ((EVENTS * scale - logged) / EVENTS_PER_BROWSE).max(0.0);
        let weight: f64 = (0..demand.hours.len()).map(|hour| browse_weight(demand, hour)).sum();
        let at_home = |c: &&Customer| STORES[c.home].platform == Platform::Own;
        let regulars = customers.iter().enumerate().filter(|(_, c)| at_home(c));
        Visits {
            seed,
            demand,
            products,
            orders,
            customers,
            regulars: regulars.map(|(number, _)| number as u32).collect(),
            touches,
            next_order: 0,
            next_touch: 0,
            sessions: 0,
            strangers: 0.0,
            browse_rate: sessions / weight,
            scale,
            events: Vec::new(),
        }
    }

    /// Passes the events of `day`, in order of time, to `log`. Days must be asked for in order.
    pub fn day<E>(&mut self, day: i64, mut log: impl FnMut(&Event) -> Result<(), E>) -> Result<(), E> {
        let ends = (day + 1) * DAY;
        self.visit_orders(day, ends);
        self.visit_touches(ends);
        self.browse(day);
        self.events.sort_unstable_by_key(|e| (e.at, e.session.number, e.step));
        let today = self.events.partition_point(|e| e.at < ends);
        for event in self.events.drain(..today) {
            log(&event)?;
        }
        if day == DAYS - 1 {
            self.events.clear();
        }
        Ok(())
    }

    fn visit_orders(&mut self, day: i64, ends: Instant) {
        while let Some(order) = self.orders.get(self.next_order).filter(|o| o.placed < ends) {
            let mut rng = Rng::new(self.seed, Stream::Journey, !(self.next_order as u64));
            self.next_order += 1;
            let session = self.session_of(order, order.channel, order.campaign);
            self.order_steps(&mut rng, session, order, day * DAY);
        }
    }

    fn session_of(&mut self, order: &OwnOrder, channel: usize, campaign: Option<usize>) -> Session {
        self.sessions += 1;
        Session {
            number: self.sessions,
            visitor: order.customer * 2,
            user: Some(order.customer),
            store: order.store,
            channel,
            campaign,
            device: order.device,
            region: order.region,
        }
    }

    fn order_steps(&mut self, rng: &mut Rng, session: Session, order: &OwnOrder, opens: Instant) {
        let lead = 90 + rng.exponential(6.0 * MINUTE as f64) as i64;
        let start = (order.placed - lead).max(opens);
        let lead = (order.placed - start) as f64;
        let within = |share: f64| start + (lead * share) as i64;
        let mut steps = Steps::new(&mut self.events, session);
        steps.add(start, Kind::Visit, None);
        for _ in 0..rng.weighted(&[0.35, 0.3, 0.2, 0.1, 0.05]) {
            let product = basket::draw_product(rng, self.products, session.store, order.placed);
            steps.add(within(rng.between(0.05, 0.4)), Kind::View, Some(product as u16));
        }
        for product in &order.products {
            let viewed = rng.between(0.1, 0.6);
            steps.add(within(viewed), Kind::View, Some(*product));
            if rng.chance(0.08) {
                steps.add(within(viewed + 0.02), Kind::Favourite, Some(*product));
            }
            steps.add(within(rng.between(viewed + 0.03, 0.95)), Kind::Cart, Some(*product));
        }
        steps.add(order.placed, Kind::Checkout, None);
        if order.failed {
            steps.add(order.placed + 25, Kind::PayError, None);
        } else if let Some(paid) = order.paid {
            steps.purchase(paid, order);
        }
    }

    fn visit_touches(&mut self, ends: Instant) {
        while let Some(touch) = self.touches.get(self.next_touch).filter(|t| t.at < ends) {
            let (at, channel, order) = (touch.at, touch.channel, &self.orders[touch.order]);
            let mut rng = Rng::new(self.seed, Stream::Browse, !(self.next_touch as u64));
            self.next_touch += 1;
            let campaign = campaigns::draw(&mut rng, self.demand, order.store, channel, at);
            let mut session = self.session_of(order, channel, campaign);
            session.user = session.user.filter(|_| rng.chance(0.5));
            self.browse_steps(&mut rng, session, at);
        }
    }

    fn browse(&mut self, day: i64) {
        for hour in day * 24..(day + 1) * 24 {
            let mut rng = Rng::new(self.seed, Stream::Browse, hour as u64);
            let mean = self.browse_rate * browse_weight(self.demand, hour as usize);
            for _ in 0..rng.poisson(mean) {
                let at = hour * HOUR + (rng.unit() * HOUR as f64) as i64;
                let session = self.browsing_session(&mut rng, at);
                self.browse_steps(&mut rng, session, at);
            }
        }
    }

    fn browsing_session(&mut self, rng: &mut Rng, at: Instant) -> Session {
        self.sessions += 1;
        let shares = &self.demand.store_shares[(at / HOUR) as usize];
        let own: [usize; 2] = [STORES.len() - 2, STORES.len() - 1];
        let store = own[rng.weighted(&own.map(|s| shares[s]))];
        let channel = rng.weighted(&browse_shares(store, at));
        let (visitor, user, device, region) = match self.regular(rng, at) {
            Some(number) => {
                let customer = &self.customers[number as usize];
                let user = rng.chance(0.6).then_some(number);
                (number * 2, user, customer.device, customer.region)
            }
            None => self.stranger(rng),
        };
        let campaign = campaigns::draw(rng, self.demand, store, channel, at);
        let number = self.sessions;
        Session { number, visitor, user, store, channel, campaign, device, region }
    }

    /// Three in ten browsing sessions are customers', rather those who registered lately.
    fn regular(&self, rng: &mut Rng, at: Instant) -> Option<u32> {
        let customers = self.customers;
        let known = self.regulars.partition_point(|c| customers[*c as usize].created < at);
        let recent = 1.0 - rng.unit().powi(2);
        let browses = rng.chance(0.3) && known > 0;
        browses.then(|| self.regulars[((known as f64 * recent) as usize).min(known - 1)])
    }

    /// Strangers come back for a while: a visitor number near the newest one.
    fn stranger(&mut self, rng: &mut Rng) -> (u32, Option<u32>, usize, usize) {
        self.strangers += 0.6;
        let age = rng.exponential(4_000.0 * self.scale);
        let visitor = (self.strangers - age).max(0.0) as u32 * 2 + 1;
        let mut traits = Rng::new(self.seed, Stream::Browse, hash(u64::from(visitor)));
        let device = traits.weighted(&[DEVICE_SHARES[0] * 1.1, DEVICE_SHARES[1] * 0.9, DEVICE_SHARES[2]]);
        (visitor, None, device, traits.weighted(&REGIONS.map(|r| r.share)))
    }

    fn browse_steps(&mut self, rng: &mut Rng, session: Session, start: Instant) {
        let mut steps = Steps::new(&mut self.events, session);
        steps.add(start, Kind::Visit, None);
        let mut at = start;
        let views = 1 + rng.weighted(&[0.42, 0.25, 0.15, 0.1, 0.05, 0.03]);
        for _ in 0..views {
            at += 5 + rng.exponential(35.0) as i64;
            // Page views need no season: a product of the catalogue that is already listed.
            let product = rng.below(self.products.len());
            let product = if self.products[product].listed <= at { product } else { product / 10 * 10 };
            steps.add(at, Kind::View, Some(product as u16));
            if rng.chance(0.03) {
                steps.add(at + 2, Kind::Favourite, Some(product as u16));
            }
            if rng.chance(0.08) {
                at += 4;
                steps.add(at, Kind::Cart, Some(product as u16));
                if rng.chance(0.25) {
                    steps.add(at + 20, Kind::Checkout, None);
                    return;
                }
            }
        }
    }
}

/// Adds the numbered steps of one session.
struct Steps<'a> {
    events: &'a mut Vec<Event>,
    session: Session,
    step: u32,
}

impl<'a> Steps<'a> {
    fn new(events: &'a mut Vec<Event>, session: Session) -> Self {
        Steps { events, session, step: 0 }
    }

    fn add(&mut self, at: Instant, kind: Kind, product: Option<u16>) {
        self.push(Event { at, step: self.step, kind, session: self.session, product, order: None });
    }

    fn purchase(&mut self, at: Instant, order: &OwnOrder) {
        let sold = Some((order.id, order.fen));
        let product = order.products.first().copied();
        let (step, session) = (self.step, self.session);
        self.push(Event { at, step, kind: Kind::Purchase, session, product, order: sold });
    }

    fn push(&mut self, event: Event) {
        self.step += 1;
        if event.at < END {
            self.events.push(event);
        }
    }
}

/// How eagerly visitors of each channel buy; browsing is the more of a channel the less they do.
const EAGERNESS: [f64; CHANNELS.len()] = [1.0, 0.6, 0.9, 0.85, 1.5, 0.5, 1.6];

fn browse_shares(store: usize, at: Instant) -> [f64; CHANNELS.len()] {
    let mut shares = stories::channel_shares(store, at);
    for (share, eagerness) in shares.iter_mut().zip(EAGERNESS) {
        *share /= eagerness;
    }
    shares
}

/// Browsing follows the own shops' demand, a little more evenly.
fn browse_weight(demand: &Demand, hour: usize) -> f64 {
    let shares = &demand.store_shares[hour];
    let own: f64 =
        (0..STORES.len()).filter(|s| STORES[*s].platform == Platform::Own).map(|s| 0.55 * STORES[s].share + 0.45 * shares[s]).sum();
    (demand.hours[hour] * own).powf(0.92)
}

/// Earlier visits of buyers: discovery off-site, by recommendation or live, return by search.
fn touches(seed: u64, orders: &[OwnOrder]) -> Vec<Touch> {
    const DISCOVERY: [f64; CHANNELS.len()] = [0.14, 0.16, 0.10, 0.16, 0.12, 0.26, 0.06];
    let mut touches = Vec::new();
    for (order, facts) in orders.iter().enumerate() {
        let mut rng = Rng::new(seed, Stream::Journey, order as u64);
        if !rng.chance(JOURNEY_SHARE) {
            continue;
        }
        for number in 0..1 + rng.weighted(&[0.5, 0.25, 0.15, 0.07, 0.03]) {
            let at = facts.placed - HOUR - rng.exponential(6.0 * DAY as f64) as i64;
            let returns = number > 0 && rng.chance(0.2);
            let channel = if returns { DIRECT } else { rng.weighted(&DISCOVERY) };
            if at >= 0 {
                touches.push(Touch { at, order, channel });
            }
        }
    }
    touches.sort_by_key(|t| (t.at, t.order));
    touches
}
