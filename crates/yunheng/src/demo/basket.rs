//! What is bought: the lines of one order.

use super::catalogue::{CATEGORIES, Product, STORES, products_of};
use super::clock::{Instant, day_of, month_of};
use super::rng::Rng;

/// One order line. Amounts are in fen.
pub struct Line {
    pub product: usize,
    pub quantity: i64,
    pub unit_price: i64,
    /// What the buyer pays for the line after discounts.
    pub payable: i64,
}

impl Line {
    pub fn list_amount(&self) -> i64 {
        self.quantity * self.unit_price
    }
}

/// Draws one to four lines of different products that are listed at `at`.
pub fn draw(rng: &mut Rng, products: &[Product], store: usize, at: Instant, on_sale: bool) -> Vec<Line> {
    let wanted = 1 + rng.weighted(&[0.54, 0.27, 0.13, 0.06]);
    let discount = if on_sale { rng.between(0.08, 0.25) } else { rng.between(0.0, 0.08) };
    let mut lines: Vec<Line> = Vec::with_capacity(wanted);
    // A product drawn twice is skipped, so a basket may hold fewer lines than wanted.
    for _ in 0..wanted {
        let product = draw_product(rng, products, store, at);
        let quantity = 1 + rng.weighted(&[0.86, 0.11, 0.03]) as i64;
        if lines.iter().any(|l| l.product == product) {
            continue;
        }
        let unit_price = products[product].price_fen;
        let list = (quantity * unit_price) as f64;
        let payable = ((list * (1.0 - discount)).round() as i64).max(1);
        lines.push(Line { product, quantity, unit_price, payable });
    }
    lines
}

/// A product of a category in season, among those listed at `at`.
pub fn draw_product(rng: &mut Rng, products: &[Product], store: usize, at: Instant) -> usize {
    let month = month_of(day_of(at)) % 12;
    let mut weights = STORES[store].categories;
    for (weight, category) in weights.iter_mut().zip(&CATEGORIES) {
        *weight *= category.season[month];
    }
    let range = products_of(rng.weighted(&weights));
    let listed = |p: &Product| if p.listed <= at { p.popularity } else { 0.0 };
    let total: f64 = products[range.clone()].iter().map(listed).sum();
    let mut left = rng.unit() * total;
    let mut last = range.start;
    for index in range {
        let weight = listed(&products[index]);
        if weight > 0.0 {
            last = index;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}
