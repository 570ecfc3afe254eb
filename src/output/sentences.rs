//! Sentences: what the domain knows, in words that are true on the day they are read.
//!
//! Each is a clause without a full stop and without a capital, so that it can stand in a block or a sentence.

use chrono::NaiveDate;

use crate::domain::refund::{RefundState, RefundStatus};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::{Period, PeriodSource, PeriodStart, ProductPeriod};
use crate::domain::rules::plan::{Caution, CautionCode};
use crate::domain::rules::window::{LEGAL_DAYS, Window};
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

/// `Anna Beispiel <anna@example.org>`, as far as known.
pub fn customer(customer: &Customer) -> String {
    match (customer.name.as_str(), customer.email.as_str()) {
        ("", "") => "unknown".to_owned(),
        (name, "") => name.to_owned(),
        ("", email) => email.to_owned(),
        (name, email) => format!("{name} <{email}>"),
    }
}

/// `Yoga for Beginners (e232d769)`, as far as known.
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

/// How the customer paid, in a sentence.
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

/// How the order is paid, with what is known of its going on.
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

/// Which return period applies, since when and until when.
pub fn period(period: &Period, today: NaiveDate) -> String {
    let (ReturnPeriod::Days(length), Some(last_day)) = (period.strictest, period.last_day()) else {
        return match period.products.len() {
            0 | 1 => "the product has no return period".to_owned(),
            _ => "one of the products has no return period".to_owned(),
        };
    };
    let ends = if today > last_day { "ended" } else { "ends" };
    format!("the return period of {} started {} and {ends} on {last_day}", days(length), period_start(period.start))
}

fn period_start(start: PeriodStart) -> String {
    match start {
        PeriodStart::FirstPayment(day) => format!("with the order's first payment on {day}"),
        PeriodStart::OrderDay(day) => {
            format!("on the order's day, {day}, since its first payment is not in the store,")
        }
        PeriodStart::ThisPayment(day) => format!("with this payment on {day}"),
    }
}

/// `14 days`, `none`
pub fn return_period(period: ReturnPeriod) -> String {
    match period {
        ReturnPeriod::Disabled => "none".to_owned(),
        ReturnPeriod::Days(count) => days(count),
    }
}

/// Where a period's length comes from, as data.
pub fn period_source(source: PeriodSource) -> &'static str {
    match source {
        PeriodSource::Import => "import",
        PeriodSource::Product => "product",
        PeriodSource::Default => "default",
    }
}

/// `Yoga for Beginners (e232d769): 30 days`, one product of several.
pub fn product_period(each: &ProductPeriod) -> String {
    let name = each.product.as_ref().map_or_else(|| "this payment".to_owned(), product);
    let source = match each.source {
        PeriodSource::Import => ", from the import",
        PeriodSource::Product => "",
        PeriodSource::Default => ", the default",
    };
    format!("{name}: {}{source}", return_period(each.period))
}

/// Between which days the money is expected and what they are counted from; from a refund that is only marked,
/// what would have to be done for it.
pub fn window(window: &Window, today: NaiveDate) -> String {
    let between = match window.from == window.by {
        true => format!("on {}", weekday(window.by)),
        false => format!("from {} to {}", weekday(window.from), weekday(window.by)),
    };
    let counted_from = weekday(window.counted_from);
    let basis = match window.basis {
        RefundStatus::Marked if window.counted_from == today => "if carried out today".to_owned(),
        RefundStatus::Marked => format!("had it been carried out on {counted_from}"),
        RefundStatus::Submitted => format!("counted from {counted_from}, when it was carried out"),
        _ => format!("counted from its success on {counted_from}"),
    };
    format!("{between}, {basis}")
}

/// Where a refund stands and what follows from it. `name` is its ID, `sum` its amount, `today` decides nothing
/// but the tense; what is only marked is never said to have moved.
pub fn standing(name: &str, sum: &str, state: RefundState) -> String {
    match state {
        RefundState::Marked => format!(
            "{name} is marked: {sum}. Nothing has been paid yet: carry it out on the platform, then \
             `retour refunds submit {name}`"
        ),
        RefundState::Submitted { on } => format!(
            "{name} is submitted: {sum}, carried out on the platform on {}. No confirmation has come yet",
            weekday(on)
        ),
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

/// What a caution's sentence depends on beside its code and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub method: Method,
    pub plan: PaymentPlan,
    /// What applies to a product without a period of its own.
    pub default_period: ReturnPeriod,
    pub today: NaiveDate,
    /// The refund is on its way already, so that it is too late for a "before".
    pub is_carried_out: bool,
}

/// What a caution means for this sale.
pub fn caution(caution: &Caution, case: &Case) -> String {
    let day = caution.on.map(weekday).unwrap_or_default();
    let is_over = caution.on.is_some_and(|on| on < case.today);
    match caution.code {
        CautionCode::NotifyCustomerFirst => notify_first(case),
        CautionCode::DebitMayStillBounce => {
            format!("before {day} the debit can still bounce; refunded and bounced, it is paid back twice")
        }
        CautionCode::ChargebackUntil => {
            format!("until {day} the customer can have the bank take the debit back without a reason, refunded or not")
        }
        CautionCode::DisputeOpen => {
            "a dispute is open: where the bank decides for the customer, a refund pays twice".to_owned()
        }
        CautionCode::MethodUnknown => {
            "the import did not say how it was paid, so the days are those of an unknown method".to_owned()
        }
        CautionCode::PlanContinues => plan_continues(case.plan).to_owned(),
        CautionCode::PaypalRefundableUntil if is_over => {
            format!("PayPal refunded this payment until {day} only")
        }
        CautionCode::PaypalRefundableUntil => format!("PayPal refunds this payment until {day}"),
        CautionCode::OutsidePeriod if day.is_empty() => "goodwill: there is no return period".to_owned(),
        CautionCode::OutsidePeriod => format!("goodwill: the last day of the return period is {day}"),
        CautionCode::PeriodDefaulted => format!(
            "the configuration has no return period for this product, so the default applies: {}",
            return_period(case.default_period)
        ),
        CautionCode::LegalDeadline => {
            let has = if is_over { "had" } else { "has" };
            let asked = days(LEGAL_DAYS);
            format!("by law a withdrawal {has} to be refunded by {day}, {asked} after the customer asked")
        }
    }
}

fn notify_first(case: &Case) -> String {
    let when = if case.is_carried_out { "make sure that the customer knows" } else { "tell the customer first" };
    let debit = if case.method == Method::Sepa { "the debit" } else { "what may have been a SEPA debit" };
    format!("{when}: whoever does not know of the refund may also have the bank take back {debit}")
}

fn plan_continues(plan: PaymentPlan) -> &'static str {
    match plan {
        PaymentPlan::Installments => {
            "the instalments are not known to be cancelled, and a refund may not stop them: see to it on the platform"
        }
        _ => "the subscription is not known to be cancelled, and a refund may not stop it: see to it on the platform",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ProductId;
    use crate::domain::rules::calendar::Calendar;
    use crate::domain::rules::window::{Settlement, legal_deadline};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn case() -> Case {
        Case {
            method: Method::Sepa,
            plan: PaymentPlan::Subscription,
            default_period: ReturnPeriod::Days(14),
            today: day("2026-03-25"),
            is_carried_out: false,
        }
    }

    #[test]
    fn every_caution_has_a_sentence_with_its_day() {
        let has_day = |code| {
            use CautionCode::{DisputeOpen, MethodUnknown, NotifyCustomerFirst, PeriodDefaulted, PlanContinues};
            !matches!(code, DisputeOpen | MethodUnknown | NotifyCustomerFirst | PeriodDefaulted | PlanContinues)
        };
        let said = CautionCode::ALL.iter().map(|code| {
            let on = has_day(*code).then(|| day("2026-04-07"));
            format!("{code}: {}\n", caution(&Caution { code: *code, on }, &case()))
        });
        insta::assert_snapshot!(said.collect::<String>(), @r"
        notify_customer_first: tell the customer first: whoever does not know of the refund may also have the bank take back the debit
        debit_may_still_bounce: before Tue 2026-04-07 the debit can still bounce; refunded and bounced, it is paid back twice
        chargeback_until: until Tue 2026-04-07 the customer can have the bank take the debit back without a reason, refunded or not
        dispute_open: a dispute is open: where the bank decides for the customer, a refund pays twice
        method_unknown: the import did not say how it was paid, so the days are those of an unknown method
        plan_continues: the subscription is not known to be cancelled, and a refund may not stop it: see to it on the platform
        paypal_refundable_until: PayPal refunds this payment until Tue 2026-04-07
        outside_period: goodwill: the last day of the return period is Tue 2026-04-07
        period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
        legal_deadline: by law a withdrawal has to be refunded by Tue 2026-04-07, 14 days after the customer asked
        ");
    }

    #[test]
    fn a_caution_depends_on_method_plan_and_day() {
        let said = |code, on: Option<&str>, case: Case| caution(&Caution { code, on: on.map(day) }, &case) + "\n";
        let unknown = Case { method: Method::Unknown, ..case() };
        let lines = [
            said(CautionCode::NotifyCustomerFirst, None, unknown),
            said(CautionCode::NotifyCustomerFirst, None, Case { is_carried_out: true, ..case() }),
            said(CautionCode::PlanContinues, None, Case { plan: PaymentPlan::Installments, ..case() }),
            said(CautionCode::PaypalRefundableUntil, Some("2026-03-24"), case()),
            said(CautionCode::PaypalRefundableUntil, Some("2026-03-25"), case()),
            said(CautionCode::OutsidePeriod, None, case()),
            said(CautionCode::PeriodDefaulted, None, Case { default_period: ReturnPeriod::Disabled, ..case() }),
            said(CautionCode::LegalDeadline, Some(&legal_deadline(day("2026-03-01")).to_string()), case()),
        ];
        insta::assert_snapshot!(lines.concat(), @r"
        tell the customer first: whoever does not know of the refund may also have the bank take back what may have been a SEPA debit
        make sure that the customer knows: whoever does not know of the refund may also have the bank take back the debit
        the instalments are not known to be cancelled, and a refund may not stop them: see to it on the platform
        PayPal refunded this payment until Tue 2026-03-24 only
        PayPal refunds this payment until Wed 2026-03-25
        goodwill: there is no return period
        the configuration has no return period for this product, so the default applies: none
        by law a withdrawal had to be refunded by Sun 2026-03-15, 14 days after the customer asked
        ");
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
        insta::assert_snapshot!(lines.concat(), @r"
        from Mon 2026-03-30 to Tue 2026-04-07, if carried out today
        from Mon 2026-03-30 to Tue 2026-04-07, had it been carried out on Fri 2026-03-27
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it was carried out
        from Tue 2026-03-31 to Wed 2026-04-08, counted from Mon 2026-03-30, when it was carried out
        from Mon 2026-03-30 to Tue 2026-04-07, counted from Fri 2026-03-27, when it was carried out
        from Tue 2026-03-31 to Wed 2026-04-08, counted from its success on Mon 2026-03-30
        from Tue 2026-03-31 to Wed 2026-04-08, counted from its success on Mon 2026-03-30
        ");
    }

    #[test]
    fn every_state_of_a_refund_says_what_has_happened_and_no_more() {
        let on = day("2026-03-30");
        let states = [
            RefundState::Marked,
            RefundState::Submitted { on },
            RefundState::Succeeded { on, carried_out_on: on },
            RefundState::Failed { on },
            RefundState::Cancelled { on },
            RefundState::Reversed { on },
        ];
        let said = states.map(|state| standing("R-000042", "49.00 EUR", state) + "\n");
        insta::assert_snapshot!(said.concat(), @r"
        R-000042 is marked: 49.00 EUR. Nothing has been paid yet: carry it out on the platform, then `retour refunds submit R-000042`
        R-000042 is submitted: 49.00 EUR, carried out on the platform on Mon 2026-03-30. No confirmation has come yet
        R-000042 has succeeded: 49.00 EUR, confirmed on Mon 2026-03-30
        R-000042 failed on Mon 2026-03-30: no money has moved, and 49.00 EUR no longer counts as refunded
        R-000042 was cancelled on Mon 2026-03-30: nothing was paid, and 49.00 EUR no longer counts as refunded
        R-000042 was reversed on Mon 2026-03-30: the platform took it back, and 49.00 EUR no longer counts as refunded
        ");
    }

    #[test]
    fn a_period_says_its_start_and_its_last_day() {
        let of = |strictest, start| Period { strictest, start, products: Vec::new() };
        let first = PeriodStart::FirstPayment(day("2026-03-20"));
        let lines = [
            period(&of(ReturnPeriod::Days(14), first), day("2026-04-03")),
            period(&of(ReturnPeriod::Days(14), first), day("2026-04-04")),
            period(&of(ReturnPeriod::Days(1), PeriodStart::OrderDay(day("2026-03-20"))), day("2026-03-20")),
            period(&of(ReturnPeriod::Days(0), PeriodStart::ThisPayment(day("2026-03-20"))), day("2026-03-20")),
            period(&of(ReturnPeriod::Disabled, first), day("2026-03-20")),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        the return period of 14 days started with the order's first payment on 2026-03-20 and ends on 2026-04-03
        the return period of 14 days started with the order's first payment on 2026-03-20 and ended on 2026-04-03
        the return period of 1 day started on the order's day, 2026-03-20, since its first payment is not in the store, and ends on 2026-03-21
        the return period of 0 days started with this payment on 2026-03-20 and ends on 2026-03-20
        the product has no return period
        ");
    }

    #[test]
    fn customers_and_products_are_named_as_far_as_they_are_known() {
        let of = |name: &str, email: &str| {
            customer(&Customer { name: name.into(), email: email.into(), country: String::new() })
        };
        let named = [of("Anna", "anna@example.org"), of("Anna", ""), of("", "anna@example.org"), of("", "")];
        assert_eq!(named, ["Anna <anna@example.org>", "Anna", "anna@example.org", "unknown"]);
        let id = Some(ProductId::new("e232d769").unwrap());
        let known = [
            Product { id: id.clone(), name: "Yoga".into() },
            Product { id, name: String::new() },
            Product { id: None, name: "Yoga".into() },
        ];
        assert_eq!(products(&known), "Yoga (e232d769), e232d769, Yoga");
        assert_eq!(plan(PaymentPlan::Subscription, true), "subscription, cancelled");
        assert_eq!([days(1), days(14)], ["1 day", "14 days"]);
    }
}
