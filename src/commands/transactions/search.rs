//! `retour transactions search`: the web page's one field, and filters.

use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::commands::listing::{ListingArgs, note_the_rest};
use crate::commands::{CommandResult, Done, day, word};
use crate::desk::find::{self, Screen};
use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money, TypedAmount};
use crate::domain::sale::record::Flag;
use crate::domain::sale::transaction::{Kind, Method, PaymentPlan, PlatformStatus, SaleStatus};
use crate::domain::time::{Zone, days_after};
use crate::output::listing::{Listing, count as count_of};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::transaction::TransactionView;
use crate::store::{Direction, SortOrder, Store, TransactionFilter};
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::ops::ControlFlow;

/// Find payments by transaction, order or product ID, or by parts of a customer's name or e-mail
///
/// Every word must match, in any order; an ID matches as a whole or by its beginning. Case and accents are ignored;
/// there is no query syntax. The newest payment comes first.
#[derive(Args)]
pub struct Search {
    /// What to search for
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only this transaction
    #[arg(long, value_name = "ID")]
    transaction: Option<TransactionId>,
    /// Only payments of this order
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,
    /// Only payments that cover this product
    #[arg(long, value_name = "ID")]
    product: Option<ProductId>,
    /// Only customers whose name contains these words
    #[arg(long, value_name = "TEXT")]
    customer: Option<String>,
    /// Only customers whose e-mail contains these words
    #[arg(long, value_name = "TEXT")]
    email: Option<String>,
    #[arg(long, value_parser = word::<Kind>(), help = "Only this kind of payment")]
    kind: Vec<Kind>,
    #[arg(long, value_parser = word::<Method>(), help = "Only this payment method")]
    method: Vec<Method>,
    #[arg(long, value_parser = word::<PaymentPlan>(), help = "Only this payment plan")]
    plan: Vec<PaymentPlan>,
    #[arg(long, value_parser = PossibleValuesParser::new(status_words()), help = "Only payments with this status")]
    status: Vec<String>,
    #[arg(long, value_parser = word::<Flag>(), help = "Only payments with this flag")]
    flag: Vec<Flag>,
    /// Only customers of this country, as the platform writes it, such as DE
    #[arg(long, value_name = "C")]
    country: Option<String>,
    /// Only payments on or after this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// Only payments on or before this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<NaiveDate>,
    /// Only payments of at least this amount
    #[arg(long, value_name = "AMOUNT")]
    min: Option<TypedAmount>,
    /// Only payments of at most this amount
    #[arg(long, value_name = "AMOUNT")]
    max: Option<TypedAmount>,
    /// Only payments in this currency
    #[arg(long, value_name = "C")]
    currency: Option<Currency>,
    /// Only payments that can be refunded without goodwill (reads every match)
    #[arg(long)]
    refundable: bool,
    /// Only refundable payments whose return period ends within this number of days, such as 3d
    #[arg(long, value_name = "DAYS", value_parser = days)]
    period_ends_within: Option<u32>,
    /// Show test payments instead of live ones
    #[arg(long)]
    test: bool,
    #[arg(long, value_enum, default_value_t = Sort::Paid, help = "What to sort by")]
    sort: Sort,
    /// Reverse the order
    #[arg(long)]
    reverse: bool,
    /// Only show the number of matches (reads every match)
    #[arg(long)]
    count: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sort {
    Paid,
    Amount,
    Customer,
}

/// The statuses of sales and of platform rows, as they are shown: a charged back sale is shown as paid.
fn status_words() -> Vec<&'static str> {
    let sales = SaleStatus::ALL.iter().filter(|status| **status != SaleStatus::ChargedBack);
    let reported = PlatformStatus::ALL.iter().map(|status| status.word());
    let mut words: Vec<&str> = sales.map(|status| status.word()).chain(reported).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn days(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix('d').unwrap_or(text);
    number.parse().map_err(|_| "write a number of days, such as 3d".to_owned())
}

impl Search {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let filter = self.filter(&store, context.policy.zone)?;
        let Self { refundable, period_ends_within, .. } = self;
        let screen = Screen { refundable, period_ends_within, flags: self.flag.clone() };
        let (policy, now) = (&context.policy, &context.now);
        let search = find::Search { store: &store, filter: &filter, screen, policy, now };
        if self.count {
            let count = search.count()?;
            count_of(&mut context.ui, count)?;
            return Ok(self.listing.done(count));
        }
        self.list(&search, &mut context.ui)
    }

    fn list(&self, search: &find::Search<'_>, ui: &mut Ui) -> Result<Done, Failure> {
        let limit = self.listing.limit(ui.format);
        let mut listing = Listing::begin(ui, self.listing.layout()?)?;
        let mut undelivered: Option<Undelivered> = None;
        let more = search.run(limit, &mut |record| match listing.row(&TransactionView::of(
            record,
            search.policy,
            search.now,
        )) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                undelivered = Some(error);
                ControlFlow::Break(())
            }
        })?;
        if let Some(error) = undelivered {
            return Err(error.into());
        }
        let shown = listing.finish(more)?;
        note_the_rest(ui, shown, more, "nothing found");
        Ok(self.listing.done(shown))
    }

    fn filter(&self, store: &Store, zone: Zone) -> Result<TransactionFilter, Failure> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Failure::usage(format!("--until {until} is before --since {since}")));
        }
        let currency = self.currency_of_amounts(store)?;
        let sum = |typed: &Option<TypedAmount>| -> Result<Option<Money>, Failure> {
            let (Some(typed), Some(currency)) = (typed, currency) else { return Ok(None) };
            typed.in_currency(currency).map(Some).map_err(|problem| Failure::usage(problem.to_string()))
        };
        Ok(TransactionFilter {
            query: Some(self.query.join(" ")).filter(|query| !query.is_empty()),
            transaction: self.transaction.clone(),
            order: self.order.clone(),
            product: self.product.clone(),
            customer: self.customer.clone(),
            email: self.email.clone(),
            kinds: self.kind.clone(),
            methods: self.method.clone(),
            plans: self.plan.clone(),
            statuses: self.status.clone(),
            country: self.country.clone(),
            flags: Vec::new(),
            since: self.since.map(|day| zone.start_of(day)),
            before: self.until.map(|day| zone.start_of(days_after(day, 1))),
            min: sum(&self.min)?,
            max: sum(&self.max)?,
            currency: self.currency,
            test: self.test,
            open_period: None,
            sorted: match self.sort {
                Sort::Paid => SortOrder::Paid,
                Sort::Amount => SortOrder::Amount,
                Sort::Customer => SortOrder::Customer,
            },
            direction: if self.reverse { Direction::Reversed } else { Direction::Usual },
        })
    }

    /// The currency of `--min` and `--max`: the given one, or the only one in the store.
    fn currency_of_amounts(&self, store: &Store) -> Result<Option<Currency>, Failure> {
        let (Some(sum), None) = (self.min.as_ref().or(self.max.as_ref()), self.currency) else {
            return Ok(self.currency);
        };
        if let Some(currency) = sum.currency() {
            return Ok(Some(currency));
        }
        match store.currencies()?.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => {
                let codes: Vec<&str> = several.iter().map(|currency| currency.code()).collect();
                let message = format!("--min and --max need a currency: the store has {}", codes.join(", "));
                Err(Failure::usage(message).again("", format!("--currency {}", codes.first().unwrap_or(&"EUR"))))
            }
        }
    }
}
