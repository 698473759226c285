//! Names as small numbers, and lists by number.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::scope::Scope;

/// Numbers for names, in the order of their first appearance.
#[derive(Debug)]
pub(super) struct Interner<T> {
    items: Vec<T>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            items: Vec::with_capacity(capacity),
            table: HashTable::with_capacity(capacity),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// The number of a name, a new one if need be.
    pub(super) fn intern(&mut self, item: &T) -> u32 {
        let (items, hasher) = (&mut self.items, &self.hasher);
        let entry = self.table.entry(
            hasher.hash_one(item),
            |&number| items[number as usize] == *item,
            |&number| hasher.hash_one(&items[number as usize]),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(entry) => *entry.get(),
            hashbrown::hash_table::Entry::Vacant(entry) => {
                let number = number(items.len());
                entry.insert(number);
                items.push(item.clone());
                number
            }
        }
    }

    pub(super) fn find(&self, item: &T) -> Option<u32> {
        let hash = self.hasher.hash_one(item);
        self.table
            .find(hash, |&number| self.items[number as usize] == *item)
            .copied()
    }

    pub(super) fn item(&self, number: u32) -> &T {
        &self.items[number as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Gives back what growing left over.
    pub(super) fn shrink(&mut self) {
        self.items.shrink_to_fit();
        let (items, hasher) = (&self.items, &self.hasher);
        self.table
            .shrink_to_fit(|&number| hasher.hash_one(&items[number as usize]));
    }

    pub(super) fn heap_size(&self) -> usize {
        self.items.capacity() * size_of::<T>() + self.table.allocation_size()
    }
}

impl Interner<Scope> {
    /// The number of the scope with this folded text. A scope hashes as its folded text does.
    pub(super) fn find_str(&self, folded: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(folded);
        self.table
            .find(hash, |&number| {
                self.items[number as usize].folded() == folded
            })
            .copied()
    }
}

/// A list for each number, in one piece of memory.
#[derive(Debug)]
pub(super) struct Lists<T> {
    /// List `n` is `items[starts[n]..starts[n + 1]]`.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// Sorts pairs into lists; each list keeps the order of its pairs.
    pub(super) fn new(count: usize, pairs: &[(u32, T)]) -> Self {
        let mut starts = vec![0; count + 1];
        for (list, _) in pairs {
            starts[*list as usize + 1] += 1;
        }
        for list in 0..count {
            starts[list + 1] += starts[list];
        }
        let mut items: Vec<T> = Vec::new();
        if let Some((_, filler)) = pairs.first() {
            items.resize(pairs.len(), *filler);
        }
        let mut ends = starts.clone();
        for (list, item) in pairs {
            let end = &mut ends[*list as usize];
            items[*end as usize] = *item;
            *end += 1;
        }
        Self { starts, items }
    }

    pub(super) fn of(&self, list: u32) -> &[T] {
        let list = list as usize;
        &self.items[self.starts[list] as usize..self.starts[list + 1] as usize]
    }

    pub(super) fn each_mut(&mut self, mut change: impl FnMut(&mut [T])) {
        for list in 1..self.starts.len() {
            change(&mut self.items[self.starts[list - 1] as usize..self.starts[list] as usize]);
        }
    }

    pub(super) fn heap_size(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.items.capacity() * size_of::<T>()
    }
}

/// A count as a number. Each thing counted takes far more than one byte, so that the memory of
/// today's machines ends first.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 things")
}
