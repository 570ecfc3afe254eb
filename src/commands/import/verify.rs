//! `retour import --verify`: is the captured notification the platform's own?

use crate::commands::context::Context;
use crate::commands::failure::{Exit, Failure};
use crate::import::signature::{BadSignature, Freshness, Secret, Signer, verify};
use crate::import::{File, SourceFormat};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::word;

/// How a notification is to be proved.
#[derive(Args)]
pub struct Verify {
    /// Check that the one notification is the platform's own before anything of it is read
    #[arg(long, value_name = "PLATFORM", value_parser = word::<Signer>(), requires = "signature")]
    verify: Option<Signer>,
    /// The value of the notification's X-Copecart-Signature or X-Cope-Signature header
    #[arg(long, value_name = "VALUE", requires = "verify")]
    signature: Option<String>,
    /// The file that holds the secret [env: the secret itself in RETOUR_COPECART_SECRET or RETOUR_COPE_SECRET]
    #[arg(long, value_name = "FILE", requires = "verify")]
    secret_file: Option<PathBuf>,
    /// How old a signature of COPE may be; its documentation says 300 for whoever answers at once
    #[arg(long, value_name = "SECONDS", requires = "verify")]
    max_age: Option<u64>,
}

impl Verify {
    /// The format of what is proved: a body of one platform is never read as another's.
    pub fn format(&self, from: Option<SourceFormat>) -> Result<Option<SourceFormat>, Failure> {
        let Some(signer) = self.verify else { return Ok(from) };
        let signed = match signer {
            Signer::Copecart => SourceFormat::CopecartIpn,
            Signer::Cope => SourceFormat::Cope,
        };
        match from.filter(|from| *from != signed) {
            Some(from) => Err(Failure::usage(format!("what {signer} signed is read as {signed}, not as {from}"))),
            None => Ok(Some(signed)),
        }
    }

    /// Refuses what is not the platform's own, before anything of it is read.
    pub fn check(&self, files: &[File], context: &Context) -> Result<(), Failure> {
        let (Some(signer), Some(signature)) = (self.verify, &self.signature) else { return Ok(()) };
        let [file] = files else {
            return Err(Failure::usage("a signature is of one notification: name one file, or -"));
        };
        if signer == Signer::Copecart && self.max_age.is_some() {
            return Err(Failure::usage("CopeCart signs no time, so that nobody knows how old its signature is"));
        }
        let secret = self.secret(signer, context)?;
        let freshness = self.max_age.map(|seconds| Freshness { now: context.now.at, seconds });
        verify(signer, &secret, signature, &file.bytes, freshness).map_err(|bad| refused(file, &bad))
    }

    /// The option goes before the variables, and that before the configuration.
    fn secret(&self, signer: Signer, context: &Context) -> Result<Secret, Failure> {
        let variables = &context.environment.variables;
        let (variable, key, told) = match signer {
            Signer::Copecart => ("RETOUR_COPECART_SECRET", "copecart_secret_file", &variables.copecart_secret),
            Signer::Cope => ("RETOUR_COPE_SECRET", "cope_secret_file", &variables.cope_secret),
        };
        if let Some(file) = &self.secret_file {
            return read(file);
        }
        if let Some(secret) = told {
            return Ok(secret.clone());
        }
        let folder = context.config_file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let home = context.environment.default_paths.home.as_deref();
        let configured = context.config.secret_file(signer, home, folder);
        if let Some(file) = configured.map_err(|error| Failure::usage(error.to_string()))? {
            return read(&file);
        }
        Err(Failure::new(Exit::Usage, "no_secret", format!("there is no secret to check {} with", signer.header()))
            .hint(format!("put it into {variable}, or into a file: --secret-file FILE, or {key} in the configuration")))
    }
}

fn read(file: &Path) -> Result<Secret, Failure> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| {
        Failure::new(Exit::Usage, "no_secret", format!("the secret file {shown} cannot be read: {error}"))
    })?;
    Secret::new(&bytes)
        .ok_or_else(|| Failure::new(Exit::Usage, "no_secret", format!("the secret file {shown} is empty")))
}

fn refused(file: &File, bad: &BadSignature) -> Failure {
    let failure = Failure::new(Exit::Refused, bad.code(), format!("{}: {bad}; nothing of it was read", file.name));
    match bad {
        BadSignature::Stale { .. } => failure.hint("a captured notification is old: leave --max-age out"),
        BadSignature::Malformed { .. } => failure.hint("give the header's value, without its name"),
        BadSignature::Wrong => {
            failure.hint("the file has to hold the body byte for byte, and the secret to be this endpoint's")
        }
    }
}
