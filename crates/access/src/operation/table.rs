//! The table from operations to data actions, and its replaceable rows.

use std::sync::LazyLock;

use super::{Confidence, DataAction, ModelFormat, Operation, generated};
use crate::text::fold;

/// The most data actions a table can tell apart: one bit each.
pub const MAX_DATA_ACTIONS: usize = 64;

/// Which data action each operation checks.
#[derive(Clone, Debug)]
pub struct OperationTable {
    rows: Vec<TableRow>,
    actions: Vec<DataAction>,
    /// For the operations served: index into `actions`, for OpenAI's models and for others.
    served: Vec<[u8; 2]>,
    /// Rows for one format by name: operation, folded format, index into `actions`.
    by_format: Vec<(Operation, String, u8)>,
}

/// A row as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The HTTP method.
    pub method: String,
    /// The path with its variable parts in braces.
    pub template: String,
    /// For which models the row holds.
    pub formats: Formats,
    /// What is checked.
    pub data_action: DataAction,
    /// How sure that is.
    pub confidence: Confidence,
}

/// For which models' formats a row holds. The narrowest row wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formats {
    /// All of them.
    Any,
    /// All but OpenAI's.
    NotOpenAi,
    /// This one, in any case.
    Named(String),
}

/// Why a row cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// No such operation is served.
    #[error("no operation `{0} {1}` is served")]
    UnknownOperation(String, String),
    /// The table is full.
    #[error("a table has at most {MAX_DATA_ACTIONS} data actions")]
    TooManyDataActions,
    /// A data action has to be one action.
    #[error("`{0}` is not one data action")]
    NotOneAction(String),
}

impl OperationTable {
    /// The default table, shared.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<OperationTable> = LazyLock::new(OperationTable::default);
        &STANDARD
    }

    /// What an operation checks for a model of this format. Where no model is involved, any format
    /// will do: those rows are the same for all.
    pub fn data_action(&self, operation: Operation, format: &ModelFormat) -> &DataAction {
        let named =
            self.by_format.iter().rev().find(|(of, name, _)| {
                *of == operation && name.eq_ignore_ascii_case(format.as_str())
            });
        let index = match named {
            Some((_, _, index)) => *index,
            None => self.served[operation as usize][usize::from(*format != ModelFormat::OpenAi)],
        };
        &self.actions[usize::from(index)]
    }

    /// The data action of this name, in any case, if some row checks it.
    pub fn find(&self, data_action: &str) -> Option<&DataAction> {
        let name = fold(data_action);
        self.actions.iter().find(|action| action.folded() == name)
    }

    /// Every data action, in the order of their bits.
    pub fn data_actions(&self) -> &[DataAction] {
        &self.actions
    }

    /// Every row, also of operations that this product does not serve.
    pub fn rows(&self) -> &[TableRow] {
        &self.rows
    }

    /// Replaces what an operation checks. Later calls win over earlier ones for the same formats;
    /// [`Formats::Any`] replaces all formats' rows.
    pub fn set(
        &mut self,
        method: &str,
        template: &str,
        formats: Formats,
        data_action: &str,
    ) -> Result<(), OperationError> {
        let operation = Operation::find(method, template).ok_or_else(|| {
            OperationError::UnknownOperation(method.to_owned(), template.to_owned())
        })?;
        if data_action.is_empty() || data_action.contains('*') {
            return Err(OperationError::NotOneAction(data_action.to_owned()));
        }
        let data_action = self.intern(data_action)?;
        self.place(operation, &formats, data_action.bit);
        self.rows.retain(|row| {
            let same = row.method == method && row.template == template;
            !(same && (formats == Formats::Any || row.formats == formats))
        });
        self.rows.push(TableRow {
            method: method.to_owned(),
            template: template.to_owned(),
            formats,
            data_action,
            confidence: Confidence::Configured,
        });
        Ok(())
    }

    fn place(&mut self, operation: Operation, formats: &Formats, index: u8) {
        match formats {
            Formats::Any => {
                self.served[operation as usize] = [index; 2];
                self.by_format.retain(|(of, _, _)| *of != operation);
            }
            Formats::NotOpenAi => self.served[operation as usize][1] = index,
            Formats::Named(name) => self.by_format.push((operation, name.clone(), index)),
        }
    }

    fn intern(&mut self, name: &str) -> Result<DataAction, OperationError> {
        if let Some(action) = self.find(name) {
            return Ok(action.clone());
        }
        if self.actions.len() == MAX_DATA_ACTIONS {
            return Err(OperationError::TooManyDataActions);
        }
        let action = DataAction::new(name, self.actions.len() as u8);
        self.actions.push(action.clone());
        Ok(action)
    }
}

impl Default for OperationTable {
    fn default() -> Self {
        let mut table = Self {
            rows: Vec::new(),
            actions: Vec::new(),
            served: vec![[0; 2]; Operation::ALL.len()],
            by_format: Vec::new(),
        };
        let rows = generated::ROWS.iter().map(|row| (row, Formats::Any)).chain(
            generated::OTHER_FORMATS
                .iter()
                .map(|row| (row, Formats::NotOpenAi)),
        );
        for (row, formats) in rows {
            let data_action = table
                .intern(row.data_action)
                .expect("a test counts the generated data actions");
            if let Some(operation) = Operation::find(row.method, row.template) {
                table.place(operation, &formats, data_action.bit);
            }
            table.rows.push(TableRow {
                method: row.method.to_owned(),
                template: row.template.to_owned(),
                formats,
                data_action,
                confidence: row.confidence,
            });
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: Operation = Operation::V1ChatCompletions;

    fn action<'a>(table: &'a OperationTable, format: &str) -> &'a str {
        table
            .data_action(CHAT, &ModelFormat::parse(format))
            .as_str()
    }

    #[test]
    fn the_default_table_leaves_room_for_configured_actions() {
        assert!(OperationTable::default().data_actions().len() <= MAX_DATA_ACTIONS - 16);
    }

    #[test]
    fn the_narrowest_row_wins() {
        let mut table = OperationTable::default();
        let mut set = |formats, name| {
            table
                .set(CHAT.method(), CHAT.template(), formats, name)
                .unwrap();
        };
        set(Formats::Named("Meta".to_owned()), "A/meta/action");
        set(Formats::NotOpenAi, "A/other/action");
        assert_eq!(action(&table, "meta"), "A/meta/action");
        assert_eq!(action(&table, "Microsoft"), "A/other/action");
        assert!(action(&table, "OpenAI").contains("/OpenAI/"));
        table
            .set(CHAT.method(), CHAT.template(), Formats::Any, "A/all/action")
            .unwrap();
        for format in ["meta", "Microsoft", "OpenAI"] {
            assert_eq!(action(&table, format), "A/all/action");
        }
        let rows = table
            .rows()
            .iter()
            .filter(|row| row.template == CHAT.template());
        assert_eq!(rows.filter(|row| row.method == "POST").count(), 1);
    }

    #[test]
    fn a_bad_row_is_refused() {
        let mut table = OperationTable::default();
        let mut set =
            |method: &str, name: &str| table.set(method, CHAT.template(), Formats::Any, name);
        assert!(matches!(
            set("PATCH", "A/b/action"),
            Err(OperationError::UnknownOperation(..))
        ));
        assert!(matches!(
            set("POST", "A/*"),
            Err(OperationError::NotOneAction(_))
        ));
        let refused = (0..64).find_map(|n| set("POST", &format!("A/{n}/action")).err());
        assert_eq!(refused, Some(OperationError::TooManyDataActions));
    }
}
