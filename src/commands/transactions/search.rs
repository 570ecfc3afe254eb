//! `retour transactions search`: the web page's one field, and filters.

use crate::commands::context::{self, Context};
use crate::commands::error::Failure;
use crate::commands::listing::{ListingArgs, tell_the_rest};
use crate::commands::{Answer, Done, day, word};
use crate::desk::find::{self, Screen};
use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money, TypedAmount};
use crate::domain::sale::transaction::{Kind, Method, PaymentPlan, PlatformStatus, SaleStatus};
use crate::domain::time::{Zone, days_after};
use crate::output::listing::{Listing, count as count_of};
use crate::output::ui::Undelivered;
use crate::output::views::transaction::TransactionView;
use crate::store::{Direction, Filter, SortOrder, Store};
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::ops::ControlFlow;

/// Find payments by transaction ID, order ID, product ID, or parts of a customer's name or e-mail
///
/// Every word must match, in any order; an ID matches whole or by its beginning. Case and accents are forgiven, and
/// nothing in a query is syntax. The newest payment comes first.
#[derive(Args)]
pub struct Search {
    /// What you would type into the web page's search field
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Exactly this transaction
    #[arg(long, value_name = "ID")]
    transaction: Option<TransactionId>,
    /// All payments of this order
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,
    /// Payments that cover this product
    #[arg(long, value_name = "ID")]
    product: Option<ProductId>,
    /// Parts of the customer's name
    #[arg(long, value_name = "TEXT")]
    customer: Option<String>,
    /// Parts of the customer's address
    #[arg(long, value_name = "TEXT")]
    email: Option<String>,
    #[arg(long, value_parser = word::<Kind>(), help = "sale, refund or chargeback")]
    kind: Vec<Kind>,
    #[arg(long, value_parser = word::<Method>(), help = "How it was paid")]
    method: Vec<Method>,
    #[arg(long, value_parser = word::<PaymentPlan>(), help = "How the order is paid over time")]
    plan: Vec<PaymentPlan>,
    #[arg(long, value_parser = PossibleValuesParser::new(status_words()), help = "The payment's status")]
    status: Vec<String>,
    /// Paid on this day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// Paid on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<NaiveDate>,
    /// At least this sum
    #[arg(long, value_name = "AMOUNT")]
    min: Option<TypedAmount>,
    /// At most this sum
    #[arg(long, value_name = "AMOUNT")]
    max: Option<TypedAmount>,
    /// In this currency
    #[arg(long, value_name = "C")]
    currency: Option<Currency>,
    /// Only what can be refunded without goodwill (looks at every match)
    #[arg(long)]
    refundable: bool,
    /// Refundable, and the return period ends within so many days: 3d
    #[arg(long, value_name = "DAYS", value_parser = days)]
    period_ends_within: Option<u32>,
    /// Test payments instead of live ones
    #[arg(long)]
    test: bool,
    #[arg(long, value_enum, default_value_t = Sort::Paid, help = "What to sort by")]
    sort: Sort,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// Only how many there are (looks at every match)
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

/// Both vocabularies, as they are shown: a charged back sale is a paid one.
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
    pub fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let filter = self.filter(&store, context.policy.zone)?;
        let screen = Screen { refundable: self.refundable, period_ends_within: self.period_ends_within };
        let (policy, now) = (&context.policy, &context.now);
        let search = find::Search { store: &store, filter: &filter, screen, policy, now };
        if self.count {
            let count = search.count()?;
            count_of(&mut context.ui, count)?;
            return Ok(self.listing.done(count));
        }
        self.list(&search, &mut context.ui)
    }

    fn list(&self, search: &find::Search<'_>, ui: &mut crate::output::ui::Ui) -> Result<Done, Failure> {
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
        tell_the_rest(ui, shown, more, "nothing found");
        Ok(self.listing.done(shown))
    }

    fn filter(&self, store: &Store, zone: Zone) -> Result<Filter, Failure> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Failure::usage(format!("--until {until} is before --since {since}")));
        }
        let currency = self.currency_of_sums(store)?;
        let sum = |typed: &Option<TypedAmount>| -> Result<Option<Money>, Failure> {
            let (Some(typed), Some(currency)) = (typed, currency) else { return Ok(None) };
            typed.in_currency(currency).map(Some).map_err(|problem| Failure::usage(problem.to_string()))
        };
        Ok(Filter {
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
            since: self.since.map(|day| zone.start_of(day)),
            before: self.until.map(|day| zone.start_of(days_after(day, 1))),
            min: sum(&self.min)?,
            max: sum(&self.max)?,
            currency: self.currency,
            test: self.test,
            reach: None,
            sorted: match self.sort {
                Sort::Paid => SortOrder::Paid,
                Sort::Amount => SortOrder::Amount,
                Sort::Customer => SortOrder::Customer,
            },
            direction: if self.reverse { Direction::Reversed } else { Direction::Usual },
        })
    }

    /// The currency that `--min` and `--max` are in: named, or the only one of the store.
    fn currency_of_sums(&self, store: &Store) -> Result<Option<Currency>, Failure> {
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
                Err(Failure::usage(message).hint(format!("--currency {}", codes.first().unwrap_or(&"EUR"))))
            }
        }
    }
}
