//! Who may do something, and who could by activating an eligible assignment.

use access::who::{Holder, who_can_by, who_could};
use wire::entrada::{WhoCanAnswer, WhoCanEntry, WhoCanQuestion};

use super::{Asker, UnknownName, through};

impl Asker<'_> {
    /// Who may do this, there.
    ///
    /// # Errors
    /// A name means nothing.
    pub fn who_can(&self, asked: &WhoCanQuestion) -> Result<WhoCanAnswer, UnknownName> {
        let scope = self.scope(&asked.resource)?;
        let operation = self.operation(&asked.operation, &scope)?;
        let (action, plane) = (&operation.action, operation.plane);
        let found = who_can_by(self.index, action, plane, &scope, self.now);
        let eligible = if asked.eligible {
            who_could(self.index, action, plane, &scope, self.now)
        } else {
            Vec::new()
        };
        let entry = |holder| self.who_can_entry(holder);
        Ok(WhoCanAnswer {
            principals: found.holders.iter().map(entry).collect(),
            eligible: eligible.iter().map(entry).collect(),
            not_known: self.names.not_known(),
            action: operation.action,
            scope: scope.to_string(),
        })
    }

    fn who_can_entry(&self, holder: &Holder) -> WhoCanEntry {
        let by = holder.by.as_ref();
        WhoCanEntry {
            principal: self.name_of(&holder.principal),
            id: holder.principal.to_string(),
            decision: holder.outcome.as_str().to_owned(),
            role: by.and_then(|by| by.role_name.clone()).unwrap_or_default(),
            scope: by.map(|by| by.scope.to_string()).unwrap_or_default(),
            through: by.map(|by| through(&by.path)).unwrap_or_default(),
        }
    }
}
