//! Sentences: the domain's facts in words that are true on the day they are read.
//!
//! Each is a clause without a capital or a full stop, so that it fits into a block or a sentence.

use chrono::NaiveDate;

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Ground, RefundState, RefundStatus};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::{Period, PeriodSource, PeriodStart, ProductPeriod};
use crate::domain::rules::window::Window;
use crate::domain::sale::transaction::{Customer, Method, PaymentPlan, Product};

/// `Tue 2026-04-07`
pub fn weekday(day: NaiveDate) -> String {
    day.format("%a %Y-%m-%d").to_string()
}

/// `1 day`, `14 days`
pub fn days(count: u32) -> String {
    counted(u64::from(count), "day", "days")
}

/// A count with its noun.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `Anna Beispiel <anna@example.org>`, or the part that is known.
pub fn customer(customer: &Customer) -> String {
    match (customer.name.as_str(), customer.email.as_str()) {
        ("", "") => "unknown".to_owned(),
        (name, "") => name.to_owned(),
        ("", email) => email.to_owned(),
        (name, email) => format!("{name} <{email}>"),
    }
}

/// `Yoga for Beginners (e232d769)`, or the part that is known.
pub fn product(product: &Product) -> String {
    match &product.id {
        None => product.name.clone(),
        Some(id) if product.name.is_empty() => id.to_string(),
        Some(id) => format!("{} ({id})", product.name),
    }
}

/// The products of a payment or an order.
pub fn products(products: &[Product]) -> String {
    products.iter().map(product).collect::<Vec<_>>().join(", ")
}

/// How the customer paid.
pub fn method(method: Method) -> &'static str {
    match method {
        Method::Card => "card",
        Method::Sepa => "SEPA direct debit",
        Method::Paypal => "PayPal",
        Method::Sofort => "SOFORT",
        Method::Klarna => "Klarna",
        Method::Invoice => "invoice",
        Method::Sequra => "SeQura",
        Method::Test => "test",
        Method::Other => "another method",
        Method::Unknown => "unknown",
    }
}

/// How the order is paid, and whether a recurring plan is cancelled.
pub fn plan(plan: PaymentPlan, is_cancelled: bool) -> String {
    let kind = plan_kind(plan);
    match (is_cancelled, plan.recurs()) {
        (true, _) => format!("{kind}, cancelled"),
        (false, true) => format!("{kind}, not known to be cancelled"),
        (false, false) => kind.to_owned(),
    }
}

/// `one payment`, `instalments`
pub fn plan_kind(plan: PaymentPlan) -> &'static str {
    match plan {
        PaymentPlan::OneTime => "one payment",
        PaymentPlan::Installments => "instalments",
        PaymentPlan::Subscription => "subscription",
        PaymentPlan::Unknown => "unknown",
    }
}

/// The return period that applies, with its start and its last day.
pub fn period(period: &Period, today: NaiveDate) -> String {
    let (ReturnPeriod::Days(length), Some(period_ends)) = (period.strictest, period.ends) else {
        return match period.products.len() {
            0 | 1 => "the product has no return period".to_owned(),
            _ => "one of the products has no return period".to_owned(),
        };
    };
    let ends = if today > period_ends.last { "ended" } else { "ends" };
    let (start, last_day) = (period_start(period.start), period_ends.sentence(length));
    format!("the return period of {} started {start} and {ends} on {last_day}", days(length))
}

fn period_start(start: PeriodStart) -> String {
    match start {
        PeriodStart::FirstPayment(day) => format!("with the order's first payment on {day}"),
        PeriodStart::OrderDay(day) => {
            format!("on the order date, {day}, because its first payment is not in the store,")
        }
        PeriodStart::ThisPayment(day) => format!("with this payment on {day}"),
    }
}

/// The right by which the customer gets the money back.
pub fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Withdrawal => "withdrawal, within the 14 days by law",
        Ground::Policy => "policy, within the return period",
        Ground::NonPerformance => "non-performance, for which no return period applies",
        Ground::Goodwill => "goodwill, outside the return period",
    }
}

/// The law's own period is not over, although the vendor's is.
pub fn withdrawal_may_apply(day: &str) -> String {
    format!(
        "by law, the customer can withdraw until {day}, unless they waived that right: if so, set withdrawal = false for \
         the product in the configuration"
    )
}

/// `14 days`, `none`
pub fn return_period(period: ReturnPeriod) -> String {
    match period {
        ReturnPeriod::Disabled => "none".to_owned(),
        ReturnPeriod::Days(count) => days(count),
    }
}

/// `Yoga for Beginners (e232d769): 30 days`, for one product of several.
pub fn product_period(each: &ProductPeriod) -> String {
    let name = each.product.as_ref().map_or_else(|| "this payment".to_owned(), product);
    let source = match each.source {
        PeriodSource::Import => ", from the import",
        PeriodSource::Product => "",
        PeriodSource::Default => ", the default",
    };
    format!("{name}: {}{source}", return_period(each.period))
}

/// The days between which the money is expected, and the day that they are counted from. For a marked refund this is
/// the day on which it would have to be carried out.
pub fn window(window: &Window, today: NaiveDate) -> String {
    let between = match window.from == window.by {
        true => format!("on {}", weekday(window.by)),
        false => format!("from {} to {}", weekday(window.from), weekday(window.by)),
    };
    let counted_from = weekday(window.counted_from);
    let basis = match window.basis {
        RefundStatus::Marked if window.counted_from == today => "if carried out today".to_owned(),
        RefundStatus::Marked => format!("if carried out on {counted_from}"),
        RefundStatus::Submitted => format!("counted from {counted_from}, when it was carried out"),
        _ => format!("counted from {counted_from}, when it succeeded"),
    };
    let only_if = if window.method.may_be_unpaid() { ", and only if the customer has paid" } else { "" };
    format!("{between}, {basis}{only_if}")
}

/// The status of a refund and what follows from it. `name` is its ID, `sum` its amount. It never says that a marked
/// refund has moved money.
pub fn status_sentence(name: &str, sum: &str, state: RefundState) -> String {
    match state {
        RefundState::Marked => format!(
            "{name} is marked: {sum}. Nothing has been paid yet: carry it out on the platform, then run \
             `retour refunds submit {name}`"
        ),
        RefundState::Submitted { on } => {
            format!("{name} is submitted: {sum}, carried out on the platform on {}, and not confirmed yet", weekday(on))
        }
        RefundState::Succeeded { on, .. } => {
            format!("{name} has succeeded: {sum}, confirmed on {}", weekday(on))
        }
        RefundState::Failed { on } => {
            format!("{name} failed on {}: no money has moved, and {sum} no longer counts as refunded", weekday(on))
        }
        RefundState::Cancelled { on } => {
            format!("{name} was cancelled on {}: nothing was paid, and {sum} no longer counts as refunded", weekday(on))
        }
        RefundState::Reversed { on } => format!(
            "{name} was reversed on {}: the platform took it back, and {sum} no longer counts as refunded",
            weekday(on)
        ),
    }
}

/// What CopeCart's support asks for to find a refund that was carried out. The desk has no invoice numbers.
pub fn for_support(order: &OrderId, sale: &TransactionId, amount: Money, on: NaiveDate) -> String {
    let on = weekday(on);
    format!(
        "asks for the order {order}, the transaction {sale}, {amount}, the day {on}, and the invoice number if you have it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ProductId;
    use crate::domain::rules::calendar::Calendar;
    use crate::domain::rules::period::LastDay;
    use crate::domain::rules::window::Settlement;
    use crate::domain::time::days_after;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_is_true_on_the_day_it_is_read() {
        let marked_on = day("2026-03-27");
        let said = |state, today: &str| {
            let window =
                Window::of_refund(state, marked_on, Method::Sepa, &Settlement::default(), &Calendar::default());
            window.map(|window| super::window(&window, day(today)) + "\n").unwrap_or_default()
        };
        let on = day("2026-03-30");
        let lines = [
            said(RefundState::Marked, "2026-03-27"),
            said(RefundState::Marked, "2026-03-28"),
            said(RefundState::Submitted { on }, "2026-03-30"),
            said(RefundState::Submitted { on }, "2026-04-20"),
            said(RefundState::Succeeded { on, carried_out_on: marked_on }, "2026-03-30"),
            said(RefundState::Succeeded { on, carried_out_on: on }, "2026-03-30"),
            said(RefundState::Succeeded { on, carried_out_on: on }, "2026-04-20"),
            said(RefundState::Failed { on }, "2026-03-30"),
        ];
        insta::assert_snapshot!(lines.concat(), @"
        from Mon 2026-03-30 to Tue 2026-04-07, if carried out today
        from Mon 2026-03-30 to Tue 2026-04-07, if carried out on Fri 2026-03-27
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it was carried out
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it was carried out
        from Mon 2026-03-30 to Tue 2026-04-07, counted from Fri 2026-03-27, when it was carried out
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it succeeded
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it succeeded
        ");
    }

    #[test]
    fn every_status_sentence_says_what_has_happened_and_no_more() {
        let on = day("2026-03-30");
        let states = [
            RefundState::Marked,
            RefundState::Submitted { on },
            RefundState::Succeeded { on, carried_out_on: on },
            RefundState::Failed { on },
            RefundState::Cancelled { on },
            RefundState::Reversed { on },
        ];
        let said = states.map(|state| status_sentence("R-000042", "49.00 EUR", state) + "\n");
        insta::assert_snapshot!(said.concat(), @"
        R-000042 is marked: 49.00 EUR. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000042`
        R-000042 is submitted: 49.00 EUR, carried out on the platform on Mon 2026-03-30, and not confirmed yet
        R-000042 has succeeded: 49.00 EUR, confirmed on Mon 2026-03-30
        R-000042 failed on Mon 2026-03-30: no money has moved, and 49.00 EUR no longer counts as refunded
        R-000042 was cancelled on Mon 2026-03-30: nothing was paid, and 49.00 EUR no longer counts as refunded
        R-000042 was reversed on Mon 2026-03-30: the platform took it back, and 49.00 EUR no longer counts as refunded
        ");
    }

    #[test]
    fn a_period_says_its_start_and_its_last_day() {
        let of = |strictest, start: PeriodStart| {
            let ends = match strictest {
                ReturnPeriod::Disabled => None,
                ReturnPeriod::Days(days) => {
                    let counted = days_after(start.day(), days);
                    Some(LastDay { counted, last: counted })
                }
            };
            Period { strictest, start, ends, withdrawal: None, products: Vec::new() }
        };
        let first = PeriodStart::FirstPayment(day("2026-03-20"));
        let rolled_over = LastDay { counted: day("2026-04-03"), last: day("2026-04-07") };
        let rolled_over = Period { ends: Some(rolled_over), ..of(ReturnPeriod::Days(14), first) };
        let lines = [
            period(&of(ReturnPeriod::Days(14), first), day("2026-04-03")),
            period(&of(ReturnPeriod::Days(14), first), day("2026-04-04")),
            period(&of(ReturnPeriod::Days(1), PeriodStart::OrderDay(day("2026-03-20"))), day("2026-03-20")),
            period(&of(ReturnPeriod::Days(0), PeriodStart::ThisPayment(day("2026-03-20"))), day("2026-03-20")),
            period(&of(ReturnPeriod::Disabled, first), day("2026-03-20")),
            period(&rolled_over, day("2026-04-07")),
            period(&rolled_over, day("2026-04-08")),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        the return period of 14 days started with the order's first payment on 2026-03-20 and ends on 2026-04-03
        the return period of 14 days started with the order's first payment on 2026-03-20 and ended on 2026-04-03
        the return period of 1 day started on the order date, 2026-03-20, because its first payment is not in the store, and ends on 2026-03-21
        the return period of 0 days started with this payment on 2026-03-20 and ends on 2026-03-20
        the product has no return period
        the return period of 14 days started with the order's first payment on 2026-03-20 and ends on Tue 2026-04-07; the 14 days end on Fri 2026-04-03
        the return period of 14 days started with the order's first payment on 2026-03-20 and ended on Tue 2026-04-07; the 14 days end on Fri 2026-04-03
        ");
    }

    #[test]
    fn customers_and_products_are_named_by_what_is_known() {
        let of = |name: &str, email: &str| {
            customer(&Customer { name: name.into(), email: email.into(), country: String::new() })
        };
        let named = [of("Anna", "anna@example.org"), of("Anna", ""), of("", "anna@example.org"), of("", "")];
        assert_eq!(named, ["Anna <anna@example.org>", "Anna", "anna@example.org", "unknown"]);
        let id = Some(ProductId::new("e232d769").unwrap());
        let known = [
            Product { is_addon: false, id: id.clone(), name: "Yoga".into() },
            Product { is_addon: false, id, name: String::new() },
            Product { is_addon: false, id: None, name: "Yoga".into() },
        ];
        assert_eq!(products(&known), "Yoga (e232d769), e232d769, Yoga");
        assert_eq!(plan(PaymentPlan::Subscription, true), "subscription, cancelled");
        assert_eq!([days(1), days(14)], ["1 day", "14 days"]);
    }
}
