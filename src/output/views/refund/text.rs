//! A refund in words: the plan before the question, what has happened after it, and the whole of it.

use super::{CautionView, RefundView, Signed};
use crate::domain::ids::{Key, Reference, TransactionId};
use crate::domain::refund::{RefundState, RefundStatus};
use crate::domain::rules::plan::{CautionCode, RefundPlan};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Now;
use crate::output::sentences;
use crate::output::table::{Cell, Style, Tone, facts, wrap};

/// A plan as it is shown before the question: what goes back, to whom, why, until when, and what to mind.
pub fn plan_text(plan: &RefundPlan, record: &SaleRecord, policy: &Policy, now: &Now, style: &Style) -> String {
    let view = RefundView::planned(plan, &record.payment, policy, now, Signed::default());
    let payment = &record.payment;
    let sale = format!("{}, {} paid on {}", plan.sale, payment.amount, sentences::weekday(record.paid_on(policy.zone)));
    let mut pairs = vec![
        ("refund", Cell::new(how_much(plan), Tone::Strong)),
        ("sale", Cell::plain(sale)),
        ("order", Cell::plain(payment.order.as_str())),
        ("product", Cell::plain(sentences::products(&payment.products))),
        ("customer", Cell::plain(sentences::customer(&payment.customer))),
        ("method", Cell::plain(sentences::method(payment.method))),
        ("period", Cell::plain(sentences::period(&plan.period, now.today))),
    ];
    let several = plan.period.products.iter().filter(|_| plan.period.products.len() > 1);
    pairs.extend(several.map(|each| ("", Cell::plain(sentences::product_period(each)))));
    pairs.extend(view.facts_of_request());
    pairs.push(("expected", Cell::new(sentences::window(&plan.window, now.today), Tone::Strong)));
    pairs.extend(view.facts_of_cautions());
    pairs.retain(|(_, cell)| !cell.text.is_empty());
    facts(&pairs, style)
}

/// `49.00 EUR, all that is left`, `20.00 EUR of the 49.00 EUR left`
fn how_much(plan: &RefundPlan) -> String {
    match plan.left_after.is_zero() {
        true => format!("{}, all that is left", plan.amount),
        false => format!("{} of the {} left", plan.amount, plan.left_before),
    }
}

impl CautionView {
    /// A line of a block: the weighty ones stand out without colour too.
    pub(in crate::output::views) fn fact(&self) -> (&'static str, Cell) {
        let (label, tone) = match self.code.is_weighty() {
            true => ("CAUTION", Tone::Bad),
            false => ("caution", Tone::Warn),
        };
        (label, Cell::new(format!("{}: {}", self.code, self.message), tone))
    }
}

/// What has happened to a refund, for the moment after it was marked or moved. It ends with the dates.
pub fn outcome(view: &RefundView, style: &Style) -> String {
    let name = view.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let who = sentences::customer(&view.customer);
    let sum = format!("{} of {} for {who}", view.amount, view.sale);
    let replay = match view.key() {
        Some(key) if view.is_replayed => {
            format!("Nothing new was recorded: the key {key} already stands for {name}. ")
        }
        _ => String::new(),
    };
    let standing = sentences::standing(&name, &sum, view.state);
    let told = view.to_be_told(&name, style);
    wrap(&format!("{replay}{standing}."), 0, style) + &view.arrival(style) + &told
}

impl RefundView {
    fn arrival(&self, style: &Style) -> String {
        let Some(window) = &self.window else { return String::new() };
        let money = match window.basis {
            RefundStatus::Marked => "The money would arrive",
            _ if self.today > window.by => "The money was expected",
            _ => "The money is expected",
        };
        let late = if self.is_overdue { " It is overdue." } else { "" };
        wrap(&format!("{money} {}.{late}", sentences::window(window, self.today)), 0, style)
    }

    /// What comes before carrying it out, where the customer could act on not knowing.
    fn to_be_told(&self, name: &str, style: &Style) -> String {
        let is_due = self.cautions.iter().any(|caution| caution.code == CautionCode::NotifyCustomerFirst);
        match self.state {
            RefundState::Marked if is_due => {
                wrap(&format!("Tell the customer first: `retour notice {name}` writes the message."), 0, style)
            }
            _ => String::new(),
        }
    }

    fn facts_of_request(&self) -> Vec<(&'static str, Cell)> {
        let Some(mark) = &self.mark else { return Vec::new() };
        let asked = |day| format!("{}, the day the return period is judged on", sentences::weekday(day));
        vec![
            ("reason", Cell::plain(mark.reason.word())),
            ("note", Cell::plain(mark.note.as_deref().unwrap_or_default())),
            ("asked on", Cell::plain(mark.asked_on.map(asked).unwrap_or_default())),
        ]
    }

    fn facts_of_cautions(&self) -> Vec<(&'static str, Cell)> {
        self.cautions.iter().map(CautionView::fact).collect()
    }

    /// `marked on Wed 2026-03-25 by anna, overdue`
    fn status_text(&self) -> String {
        let day = self.status_on().map(|day| format!(" on {}", sentences::weekday(day))).unwrap_or_default();
        let actor = self.mark.as_ref().filter(|_| self.state == RefundState::Marked);
        let by = actor.map(|mark| format!(" by {}", mark.actor)).unwrap_or_default();
        let late = if self.is_overdue { ", overdue" } else { "" };
        format!("{}{day}{by}{late}", self.state.status())
    }

    pub(super) fn text(&self, style: &Style) -> String {
        let arrives = self.window.as_ref().map(|window| sentences::window(window, self.today));
        let name = |text: Option<&str>| Cell::plain(text.unwrap_or_default());
        let told = self.told_on.map(|on| format!("the customer, on {}", sentences::weekday(on)));
        let mut pairs = vec![
            ("refund", Cell::new(self.id.as_ref().map(ToString::to_string).unwrap_or_default(), Tone::Strong)),
            ("amount", Cell::plain(self.amount.to_string())),
            ("sale", Cell::plain(self.sale.as_str())),
            ("order", Cell::plain(self.order.as_str())),
            ("customer", Cell::plain(sentences::customer(&self.customer))),
            ("status", Cell::new(self.status_text(), self.tone())),
            ("expected", Cell::plain(arrives.unwrap_or_default())),
            ("told", Cell::plain(told.unwrap_or_default())),
            ("origin", Cell::plain(self.origin.word())),
            ("reported as", name(self.reported_as.as_ref().map(TransactionId::as_str))),
            ("reference", name(self.reference().map(Reference::as_str))),
            ("key", name(self.key().map(Key::as_str))),
        ];
        pairs.extend(self.facts_of_request());
        pairs.extend(self.facts_of_cautions());
        pairs.retain(|(_, cell)| !cell.text.is_empty());
        facts(&pairs, style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refund::{Reason, Refund};
    use crate::domain::rules::plan::{Request, plan};
    use crate::domain::sale::transaction::{Method, PaymentPlan};
    use crate::output::table::Style;
    use crate::output::ui::Format;
    use crate::output::ui::tests::ui;
    use crate::output::views::fixtures::{day, instant, later, platform_refund, policy, product, refund, sale, today};
    use crate::output::views::refund::{answer_dry_run, show};

    fn request() -> Request {
        Request {
            amount: None,
            reason: Reason::CustomerRequest,
            note: None,
            asked_on: None,
            goodwill: false,
            again: false,
        }
    }

    fn planned(request: &Request, record: &SaleRecord, now: &Now, width: Option<usize>) -> String {
        let plan = plan(request, record, &policy(), now).unwrap();
        plan_text(&plan, record, &policy(), now, &Style { width, ..Style::default() })
    }

    fn view(refund: &Refund, now: &Now) -> RefundView {
        RefundView::recorded(refund, &sale(), &policy(), now)
    }

    #[test]
    fn a_plan_says_the_sum_the_days_and_what_to_mind() {
        insta::assert_snapshot!(planned(&request(), &sale(), &today(), Some(80)), @r"
        refund    49.00 EUR, all that is left
        sale      3f9a0c11d2e4b567, 49.00 EUR paid on Fri 2026-03-20
        order     Zk3xY81a
        product   Yoga for Beginners (e232d769)
        customer  Anna Beispiel <anna@example.org>
        method    SEPA direct debit
        period    the return period of 30 days started with the order's first payment on
                  2026-03-20 and ends on 2026-04-19
        reason    customer-request
        expected  from Thu 2026-03-26 to Wed 2026-04-01, if carried out today
        caution   notify_customer_first: tell the customer first: whoever does not know
                  of the refund may also have the bank take back the debit
        CAUTION   debit_may_still_bounce: before Tue 2026-03-31 the debit can still
                  bounce; refunded and bounced, it is paid back twice
        caution   chargeback_until: until Fri 2026-05-15 the customer can have the bank
                  take the debit back without a reason, refunded or not
        ");
    }

    #[test]
    fn a_plan_of_a_part_with_goodwill_says_so() {
        let mut record = sale();
        record.payment.method = Method::Paypal;
        record.payment.plan = PaymentPlan::Installments;
        record.payment.paid_at = instant("2026-01-10T10:00:00Z");
        record.payment.products = vec![product("", "Chess")];
        record.order.payments.clear();
        record.payment.ordered_at = None;
        let request = Request {
            amount: Some("20".parse().unwrap()),
            goodwill: true,
            note: Some("a friend\x1b[2J".to_owned()),
            asked_on: Some(day("2026-03-20")),
            ..request()
        };
        insta::assert_snapshot!(planned(&request, &record, &today(), None), @r"
        refund    20.00 EUR of the 49.00 EUR left
        sale      3f9a0c11d2e4b567, 49.00 EUR paid on Sat 2026-01-10
        order     Zk3xY81a
        product   Chess
        customer  Anna Beispiel <anna@example.org>
        method    PayPal
        period    the return period of 14 days started with this payment on 2026-01-10 and ended on 2026-01-24
        reason    customer-request
        note      a friend\u{1b}[2J
        asked on  Fri 2026-03-20, the day the return period is judged on
        expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
        caution   plan_continues: the instalments are not known to be cancelled, and a refund may not stop them: see to it on the platform
        caution   paypal_refundable_until: PayPal refunds this payment until Thu 2026-07-09
        caution   outside_period: goodwill: the last day of the return period is Sat 2026-01-24
        caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
        caution   legal_deadline: by law a withdrawal has to be refunded by Fri 2026-04-03, 14 days after the customer asked
        ");
    }

    #[test]
    fn a_dry_run_has_no_id() {
        let (mut ui, out, _) = ui(Format::Json, None);
        let (record, policy, now) = (sale(), policy(), today());
        let plan = plan(&request(), &record, &policy, &now).unwrap();
        let signed = Signed { actor: "anna", ..Signed::default() };
        answer_dry_run(&mut ui, &plan, &record, &policy, &now, signed).unwrap();
        insta::assert_snapshot!(out.text(), @r#"{"schema_version":1,"refund":{"refund_id":null,"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":"customer-request","note":null,"goodwill":false,"status":"marked","status_on":"2026-03-25","origin":"desk","actor":"anna","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":null,"settlement":{"from":"2026-03-26","by":"2026-04-01","basis":"marked","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"tell the customer first: whoever does not know of the refund may also have the bank take back the debit","on":null},{"code":"debit_may_still_bounce","message":"before Tue 2026-03-31 the debit can still bounce; refunded and bounced, it is paid back twice","on":"2026-03-31"},{"code":"chargeback_until","message":"until Fri 2026-05-15 the customer can have the bank take the debit back without a reason, refunded or not","on":"2026-05-15"}],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":true}}"#);
    }

    #[test]
    fn what_has_happened_is_said_and_no_more() {
        let on = day("2026-03-26");
        let states = [
            (RefundState::Marked, "2026-03-25"),
            (RefundState::Marked, "2026-03-26"),
            (RefundState::Marked, "2026-04-20"),
            (RefundState::Submitted { on }, "2026-03-26"),
            (RefundState::Submitted { on }, "2026-04-20"),
            (RefundState::Succeeded { on, carried_out_on: on }, "2026-03-26"),
            (RefundState::Failed { on }, "2026-03-26"),
            (RefundState::Cancelled { on }, "2026-03-26"),
            (RefundState::Reversed { on }, "2026-03-26"),
        ];
        let said = states.map(|(state, today)| outcome(&view(&refund(state), &later(today)), &Style::default()));
        insta::assert_snapshot!(said.join("\n"), @"
        R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then `retour refunds submit R-000042`.
        The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out today.
        Tell the customer first: `retour notice R-000042` writes the message.

        R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then `retour refunds submit R-000042`.
        The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, had it been carried out on Wed 2026-03-25.
        Tell the customer first: `retour notice R-000042` writes the message.

        R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then `retour refunds submit R-000042`.
        The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, had it been carried out on Wed 2026-03-25. It is overdue.
        Tell the customer first: `retour notice R-000042` writes the message.

        R-000042 is submitted: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, carried out on the platform on Thu 2026-03-26. No confirmation has come yet.
        The money is expected from Fri 2026-03-27 to Thu 2026-04-02, counted from Thu 2026-03-26, when it was carried out.

        R-000042 is submitted: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, carried out on the platform on Thu 2026-03-26. No confirmation has come yet.
        The money was expected from Fri 2026-03-27 to Thu 2026-04-02, counted from Thu 2026-03-26, when it was carried out. It is overdue.

        R-000042 has succeeded: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, confirmed on Thu 2026-03-26.
        The money is expected from Fri 2026-03-27 to Thu 2026-04-02, counted from its success on Thu 2026-03-26.

        R-000042 failed on Thu 2026-03-26: no money has moved, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.

        R-000042 was cancelled on Thu 2026-03-26: nothing was paid, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.

        R-000042 was reversed on Thu 2026-03-26: the platform took it back, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.
        ");
    }

    #[test]
    fn a_replay_records_nothing_new() {
        let replayed = view(&refund(RefundState::Marked), &today()).replayed();
        let text = outcome(&replayed, &Style::default());
        let said = "Nothing new was recorded: the key april-1 already stands for R-000042. R-000042 is marked: ";
        assert!(text.starts_with(said), "{text}");
    }

    #[test]
    fn a_refund_alone_shows_all_that_is_known() {
        let shown = |refund: &Refund, today: &str| {
            let (mut ui, out, _) = ui(Format::Table, Some(90));
            show(&mut ui, &view(refund, &later(today))).unwrap();
            out.text()
        };
        insta::assert_snapshot!(shown(&refund(RefundState::Marked), "2026-04-20"), @r"
        refund     R-000042
        amount     49.00 EUR
        sale       3f9a0c11d2e4b567
        order      Zk3xY81a
        customer   Anna Beispiel <anna@example.org>
        status     marked on Wed 2026-03-25 by anna, overdue
        expected   from Thu 2026-03-26 to Wed 2026-04-01, had it been carried out on Wed
                   2026-03-25
        origin     desk
        reference  april
        key        april-1
        reason     customer-request
        note       wrote twice
        asked on   Tue 2026-03-24, the day the return period is judged on
        caution    notify_customer_first: tell the customer first: whoever does not know of the
                   refund may also have the bank take back the debit
        caution    chargeback_until: until Fri 2026-05-15 the customer can have the bank take the
                   debit back without a reason, refunded or not
        caution    legal_deadline: by law a withdrawal had to be refunded by Tue 2026-04-07, 14
                   days after the customer asked
        ");
        insta::assert_snapshot!(shown(&platform_refund("2026-03-22"), "2026-03-25"), @r"
        refund       dda4378643f3115d
        amount       19.00 EUR
        sale         3f9a0c11d2e4b567
        order        Zk3xY81a
        customer     Anna Beispiel <anna@example.org>
        status       succeeded on Sun 2026-03-22
        expected     from Mon 2026-03-23 to Fri 2026-03-27, counted from its success on Sun
                     2026-03-22
        origin       platform
        reported as  dda4378643f3115d
        ");
    }
}
