//! Groups and who is in them.

use access::principal::PrincipalId;
use store::{Change, Kind};
use wire::graph::{GroupRequest, ReferenceRequest};

use super::super::GraphFault;
use super::super::directory::Directory;
use super::{Answer, Asked, LIMIT, checked_name, full, nothing, put, shortened};
use crate::config::World;
use crate::provisioned::{DirectoryGroupRecord as GroupRecord, DirectoryPlace};
use crate::snapshot::Snapshot;
use crate::token_service::random;

/// Members of a group.
const MEMBERS: usize = 1000;

impl Asked<'_> {
    pub(super) async fn create_group(&self) -> Answer {
        let asked: GroupRequest = self.json()?;
        if asked.mail_enabled || !asked.security_enabled {
            let problem = "Groups here are security groups without a mailbox.";
            return Err(GraphFault::Bad(problem.to_owned()));
        }
        let record = GroupRecord {
            name: checked_name(&asked.display_name)?,
            nickname: checked_name(&asked.mail_nickname)?,
            description: asked.description.filter(|text| text.len() <= 1024),
            members: Vec::new(),
        };
        let id = PrincipalId::new(&random::guid());
        self.change(|snapshot| {
            if snapshot.world.policy.groups.len() >= LIMIT {
                return Err(full());
            }
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        self.created(&id)
    }

    pub(super) async fn delete_group(&self) -> Answer {
        let id = PrincipalId::new(self.name(0));
        self.change(|snapshot| {
            refuse_protected(snapshot, &id)?;
            record_of(&snapshot.world, &id)?;
            let place = DirectoryPlace::Group(id.clone());
            Ok(vec![Change::Remove(Kind::Resource, place.id())])
        })
        .await?;
        nothing()
    }

    pub(super) async fn add_member(&self) -> Answer {
        let asked: ReferenceRequest = self.json()?;
        let member = asked.object.rsplit('/').next().unwrap_or_default();
        let (id, member) = (PrincipalId::new(self.name(0)), PrincipalId::new(member));
        self.change(|snapshot| {
            refuse_protected(snapshot, &id)?;
            let mut record = record_of(&snapshot.world, &id)?;
            let known = Directory::new(snapshot).by_id(&member.to_string());
            if known.is_none() || member == id {
                return Err(GraphFault::NotFound(shortened(&member.to_string())));
            }
            let member = member.to_string();
            if record.members.contains(&member) {
                let problem = "One or more added object references already exist for the following \
                               modified properties: 'members'.";
                return Err(GraphFault::Bad(problem.to_owned()));
            }
            if record.members.len() >= MEMBERS {
                return Err(full());
            }
            record.members.push(member);
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        nothing()
    }

    pub(super) async fn remove_member(&self) -> Answer {
        let id = PrincipalId::new(self.name(0));
        let member = PrincipalId::new(self.name(1)).to_string();
        self.change(|snapshot| {
            refuse_protected(snapshot, &id)?;
            let mut record = record_of(&snapshot.world, &id)?;
            let before = record.members.len();
            record.members.retain(|known| *known != member);
            if record.members.len() == before {
                return Err(GraphFault::NotFound(shortened(&member)));
            }
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        nothing()
    }
}

/// Whom the operator denies something, and whom not, nobody changes by the members of a group.
fn refuse_protected(snapshot: &Snapshot, id: &PrincipalId) -> Result<(), GraphFault> {
    let with_parents = snapshot.index.memberships(id, &[]);
    let mut denies = snapshot.world.policy.denies.iter();
    let is_named = denies.any(|deny| {
        let mut named = deny.principals.iter().chain(&deny.exclude_principals);
        deny.system_protected && named.any(|one| with_parents.contains(one))
    });
    if is_named {
        return Err(GraphFault::Unchangeable(
            "A deny assignment of the configuration names this group, or one that it is in.",
        ));
    }
    Ok(())
}

/// A group as it is, to be put changed.
fn record_of(world: &World, id: &PrincipalId) -> Result<GroupRecord, GraphFault> {
    let mut groups = world.policy.groups.iter();
    let group = groups.find(|known| known.id == *id);
    let group = group.ok_or_else(|| GraphFault::NotFound(shortened(&id.to_string())))?;
    let mut made = world.directory.groups.iter();
    let made = made.find(|(known, _)| known == id);
    Ok(GroupRecord {
        name: group.name.clone(),
        nickname: made.map_or_else(|| group.name.clone(), |(_, made)| made.nickname.clone()),
        description: made.and_then(|(_, made)| made.description.clone()),
        members: group.members.iter().map(ToString::to_string).collect(),
    })
}
