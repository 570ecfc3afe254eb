//! `retour import --verify`: whether a captured notification was signed by the platform.

use crate::commands::context::{Context, configured_path};
use crate::commands::failure::{Exit, Failure};
use crate::commands::word;
use crate::import::signature::{BadSignature, Freshness, Secret, Signer, verify};
use crate::import::{File, Provider, signed_by};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

/// How the signature of a notification is checked.
#[derive(Args)]
pub struct Verify {
    /// Check that the platform signed the notification, before it is read
    #[arg(long, value_name = "PLATFORM", value_parser = word::<&'static Signer>(), requires = "signature")]
    verify: Option<&'static Signer>,
    /// The value of the notification's signature header, such as X-Cope-Signature
    #[arg(long, value_name = "VALUE", requires = "verify")]
    signature: Option<String>,
    /// The file with the secret [env: the secret itself, in RETOUR_COPE_SECRET for cope]
    #[arg(long, value_name = "FILE", requires = "verify")]
    secret_file: Option<PathBuf>,
    /// The greatest age of a signature with a timestamp; COPE recommends 300
    #[arg(long, value_name = "SECONDS", requires = "verify")]
    max_age: Option<u64>,
}

impl Verify {
    /// The provider of signed notifications: a body of one platform is never read as another's.
    pub fn provider(&self, from: Option<Provider>) -> Result<Option<Provider>, Failure> {
        let Some(signer) = self.verify else { return Ok(from) };
        let signed = signed_by(signer);
        match (from, signed) {
            (Some(from), Some(signed)) if from.word() != signed.word() => {
                let (signer, from, signed) = (signer.word, from.word(), signed.word());
                Err(Failure::usage(format!("notifications signed by {signer} are read as {signed}, not as {from}")))
            }
            _ => Ok(signed),
        }
    }

    /// Refuses a notification that the platform did not sign, before it is read.
    pub fn check(&self, files: &[File], context: &Context) -> Result<(), Failure> {
        let (Some(signer), Some(signature)) = (self.verify, &self.signature) else { return Ok(()) };
        let [file] = files else {
            return Err(Failure::usage("a signature belongs to one notification: name one file, or -"));
        };
        if !signer.has_timestamp && self.max_age.is_some() {
            let message = format!("{} carries no timestamp, so its age cannot be checked", signer.header);
            return Err(Failure::usage(message));
        }
        let secret = self.secret(signer, context)?;
        let freshness = self.max_age.map(|seconds| Freshness { now: context.now.at, seconds });
        verify(signer, &secret, signature, &file.bytes, freshness).map_err(|bad| refused(file, &bad))
    }

    /// The secret of the option, else of the environment, else of the configuration.
    fn secret(&self, signer: &Signer, context: &Context) -> Result<Secret, Failure> {
        if let Some(file) = &self.secret_file {
            return read(file);
        }
        if let Some(secret) = context.environment.variables.secrets.get(signer.variable) {
            return Ok(secret.clone());
        }
        let configured = context.config.secret_files.get(signer.config_key);
        if let Some(file) = configured_path(configured, &context.environment, context.config_file.as_deref())? {
            return read(&file);
        }
        let Signer { header, variable, config_key, .. } = signer;
        Err(Failure::new(Exit::Usage, "no_secret", format!("there is no secret to check {header} with")).hint(format!(
            "put it into {variable}, or into a file: --secret-file FILE, or {config_key} in the configuration"
        )))
    }
}

fn read(file: &Path) -> Result<Secret, Failure> {
    let failure =
        |why: String| Failure::new(Exit::Usage, "no_secret", format!("the secret file {} {why}", file.display()));
    let bytes = fs::read(file).map_err(|error| failure(format!("cannot be read: {error}")))?;
    Secret::new(&bytes).ok_or_else(|| failure("is empty".to_owned()))
}

fn refused(file: &File, bad: &BadSignature) -> Failure {
    let failure = Failure::new(Exit::Refused, bad.code(), format!("{}: {bad}; nothing was read", file.name));
    match bad {
        BadSignature::Stale { .. } => failure.hint("a captured notification is old: leave --max-age out"),
        BadSignature::Malformed { .. } => failure.hint("give the header's value, without its name"),
        BadSignature::Wrong => {
            failure.hint("the file must contain the body byte for byte, and the secret must be this endpoint's")
        }
    }
}
