//! Making, changing and deleting accounts, and their keys.

use access::Timestamp;
use http::StatusCode;
use store::Change;
use wire::arm::{AccountRequest, RegenerateKeyRequest};

use super::super::permit::Permit;
use super::super::provisioning::{self as provision, ProvisioningFault};
use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::{find, identity, keys, view};
use crate::config::file::NetworkEntry;
use crate::config::{self, Account, AccountDetails, World};
use crate::policy::Plan;
use crate::provisioned::{self, AccountRecord, DeletedRecord, Place, key_after};

/// `PUT …/accounts/{account}`: durable before it is acknowledged.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: AccountRequest = call.json()?;
    let scope = provision::resource(call)?;
    let status = provision::change(call, permit, |snapshot| {
        let world = &snapshot.world;
        inventory::exists(world, &provision::group_of(&scope))?;
        let known = world.accounts.iter().find(|known| known.scope == scope);
        let place = Place::Account(scope.clone());
        let deleted = world.deleted_accounts.iter();
        let deleted = deleted
            .clone()
            .find(|one| matches!(&one.place, Place::Deleted { account, .. } if *account == scope));
        let restore = asked.properties.restore == Some(true);
        let base = match (known, deleted, restore) {
            (Some(known), _, _) => Some(AccountRecord::of(known)),
            (None, Some(deleted), true) => Some(deleted.account.clone()),
            (None, Some(_), false) => {
                return Err(ProvisioningFault::SoftDeleted(scope.to_string()).into());
            }
            (None, None, true) => {
                return Err(ProvisioningFault::NothingToRestore(scope.to_string()).into());
            }
            (None, None, false) => None,
        };
        if known.is_none() {
            check_new(world, scope.name())?;
        }
        let record = match (base, restore) {
            (Some(base), true) => base,
            (base, _) => made(base, &asked, scope.as_str(), scope.name())?,
        };
        let mut changes = vec![provision::put(&place, &record)?];
        changes.extend(deleted.map(|deleted| provisioned::remove(&deleted.place)));
        Ok(Plan {
            changes,
            answer: provision::status(known.is_none()),
        })
    });
    let status = status.await?;
    shown(call, status)
}

/// `PATCH …/accounts/{account}`: what is given, and nothing else.
pub(super) async fn update(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: AccountRequest = call.json()?;
    provision::change(call, permit, |snapshot| {
        let known = find(call, &snapshot.world)?;
        let name = known.name.to_string();
        let record = changed(AccountRecord::of(known), &asked, &name)?;
        let place = Place::Account(known.scope.clone());
        Ok(Plan {
            changes: vec![provision::put(&place, &record)?],
            answer: (),
        })
    })
    .await?;
    shown(call, StatusCode::OK)
}

/// `DELETE …/accounts/{account}`: it can be restored until it is purged; what was in it is gone.
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let scope = provision::resource(call)?;
    let status = provision::change(call, permit, |snapshot| {
        let world = &snapshot.world;
        let Some(known) = world.accounts.iter().find(|known| known.scope == scope) else {
            return Ok(Plan {
                changes: Vec::new(),
                answer: StatusCode::NO_CONTENT,
            });
        };
        let mut changes = provision::without(world, &scope);
        changes.push(deleted(known, call.now)?);
        Ok(Plan {
            changes,
            answer: StatusCode::OK,
        })
    });
    Ok(Reply::bare(status.await?))
}

/// The change that keeps what is left of an account.
pub(in super::super) fn deleted(account: &Account, now: Timestamp) -> Result<Change, Fault> {
    let record = DeletedRecord {
        deleted: now.0,
        account: AccountRecord {
            // It goes with the account: one that is restored is assigned another.
            identity: None,
            ..AccountRecord::of(account)
        },
    };
    let place = Place::Deleted {
        account: account.scope.clone(),
        location: account.location.clone(),
    };
    provision::put(&place, &record)
}

/// `POST …/accounts/{account}/regenerateKey`
pub(super) async fn regenerate(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: RegenerateKeyRequest = call.json()?;
    let which = match asked.key_name.to_ascii_lowercase().as_str() {
        "key1" => 0,
        "key2" => 1,
        _ => {
            let problem = "`keyName` is `Key1` or `Key2`".to_owned();
            return Err(Fault::from(ProvisioningFault::Invalid(problem)).into());
        }
    };
    provision::change(call, permit, |snapshot| {
        let known = find(call, &snapshot.world)?;
        if !known.local_auth {
            return Err(Fault::KeysDisabled);
        }
        let mut record = AccountRecord::of(known);
        record.keys[which] = key_after(record.keys[which]);
        Ok(Plan {
            changes: vec![provision::put(
                &Place::Account(known.scope.clone()),
                &record,
            )?],
            answer: (),
        })
    })
    .await?;
    Ok(keys(find(call, &call.app.snapshot.load().world)?)?)
}

fn shown(call: &Call<'_>, status: StatusCode) -> Result<Reply, Unanswered> {
    let snapshot = call.app.snapshot.load();
    let account = find(call, &snapshot.world)?;
    Ok(Reply::json(
        status,
        &view::account(&snapshot.world, account, call.origin),
    )?)
}

fn check_new(world: &World, name: &str) -> Result<(), ProvisioningFault> {
    config::check_account_name(name).map_err(ProvisioningFault::Invalid)?;
    if world.account(name).is_some() {
        return Err(ProvisioningFault::NameTaken(name.to_owned()));
    }
    if world.accounts.len() + world.deleted_accounts.len() >= provision::LIMIT {
        return Err(ProvisioningFault::Limit);
    }
    Ok(())
}

/// What a PUT makes: what it does not say is as new, but for the place, the keys, the identity and a subdomain
/// once given.
fn made(
    base: Option<AccountRecord>,
    asked: &AccountRequest,
    id: &str,
    name: &str,
) -> Result<AccountRecord, Fault> {
    let location = asked
        .location
        .as_deref()
        .map(provision::region)
        .transpose()?;
    if let (Some(base), Some(location)) = (&base, &location)
        && base.location != *location
    {
        let (id, location) = (id.to_owned(), base.location.clone());
        return Err(ProvisioningFault::LocationFixed { id, location }.into());
    }
    let new = AccountDetails::default();
    let location = location.or_else(|| base.as_ref().map(|base| base.location.clone()));
    let blank = AccountRecord {
        location: location
            .ok_or_else(|| ProvisioningFault::Invalid("an account has a location".to_owned()))?,
        kind: base.as_ref().map_or(new.kind, |base| base.kind.clone()),
        sku: new.sku,
        tags: new.tags,
        custom_subdomain: base.as_ref().is_some_and(|base| base.custom_subdomain),
        local_auth: true,
        network: NetworkEntry::Open,
        keys: base.as_ref().map_or([Some(0), Some(0)], |base| base.keys),
        identity: base.and_then(|base| base.identity),
    };
    changed(blank, asked, name)
}

/// A record with what is asked for.
fn changed(
    mut record: AccountRecord,
    asked: &AccountRequest,
    name: &str,
) -> Result<AccountRecord, Fault> {
    let invalid = |problem: String| Fault::from(ProvisioningFault::Invalid(problem));
    let word = |text: &String, what: &str| {
        let fits = (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
        if fits {
            Ok(text.clone())
        } else {
            Err(invalid(format!(
                "`{}` is no {what}",
                provision::shown(text)
            )))
        }
    };
    if let Some(kind) = &asked.kind {
        record.kind = word(kind, "kind")?;
    }
    if let Some(sku) = asked.sku.as_ref().and_then(|sku| sku.name.as_ref()) {
        record.sku = word(sku, "SKU")?;
    }
    if let Some(tags) = &asked.tags {
        provision::check_tags(tags)?;
        record.tags.clone_from(tags);
    }
    if let Some(asked) = &asked.identity {
        record.identity = identity::wanted(asked, record.identity)?;
    }
    let properties = &asked.properties;
    if let Some(subdomain) = properties.custom_sub_domain_name.as_deref()
        && !subdomain.is_empty()
    {
        if !subdomain.eq_ignore_ascii_case(name) {
            return Err(invalid(format!(
                "here an account answers to its own name: the custom subdomain of `{name}` can only be `{name}`"
            )));
        }
        record.custom_subdomain = true;
    }
    if let Some(disabled) = properties.disable_local_auth {
        record.local_auth = !disabled;
    }
    if let Some(network) = network(asked, record.network)? {
        record.network = network;
    }
    Ok(record)
}

/// Who may reach the account, if anything is said about it.
fn network(asked: &AccountRequest, now: NetworkEntry) -> Result<Option<NetworkEntry>, Fault> {
    let public = asked.properties.public_network_access.as_deref();
    let rules = asked.properties.network_acls.as_ref();
    let action = rules.and_then(|rules| rules.default_action.as_deref());
    let is =
        |text: Option<&str>, word: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(word));
    let known = |text: Option<&str>, words: [&str; 2]| {
        text.is_none() || words.iter().any(|word| is(text, word))
    };
    if !known(public, ["Enabled", "Disabled"]) || !known(action, ["Allow", "Deny"]) {
        let problem =
            "`publicNetworkAccess` is `Enabled` or `Disabled`, `defaultAction` `Allow` or `Deny`";
        return Err(ProvisioningFault::Invalid(problem.to_owned()).into());
    }
    let denies = match action {
        Some(_) => is(action, "Deny"),
        None => now == NetworkEntry::FirewallDenied,
    };
    Ok(match (public, action) {
        (None, None) => None,
        _ if is(public, "Disabled") => Some(NetworkEntry::PublicAccessDisabled),
        (None, _) if now == NetworkEntry::PublicAccessDisabled => Some(now),
        _ if denies => Some(NetworkEntry::FirewallDenied),
        _ => Some(NetworkEntry::Open),
    })
}
