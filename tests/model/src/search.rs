//! The search: breadth first over all states, and then backwards from those in which all is settled.

use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use domain::order::MoveKind;

use crate::{
    breaks::Break,
    key::key,
    local::{Local, Taken},
    orders::{Kind, start},
    steps::{Step, claims},
};

/// What the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explored {
    /// How many states were reached.
    pub states: usize,
    /// How many of them one order has by itself.
    pub local_states: usize,
    /// How many steps lead from one to another.
    pub steps: usize,
    /// The first thing that does not hold, with the steps that lead there; none if all does.
    pub finding: Option<String>,
}

/// The counters of the one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Stock {
    available: u8,
    held: u8,
    sold: u8,
}

/// A whole state: the local states by number, the smaller one first, for the two orders are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Whole {
    locals: [u32; 2],
    stock: Stock,
}

/// A step of a local state.
struct Edge {
    step: Step,
    to: u32,
    moves: Vec<MoveKind>,
}

struct Search {
    planted: Option<Break>,
    numbers: HashMap<String, u32>,
    locals: Vec<Local>,
    /// What does not hold in a local state by itself.
    wrong: Vec<Option<String>>,
    settled: Vec<bool>,
    edges: HashMap<(u32, bool), Rc<[Edge]>>,
}

/// Looks at every state that two orders of one unit can reach.
#[must_use]
pub fn explore(kind: Kind, planted: Option<Break>) -> Explored {
    let mut search = Search {
        planted,
        numbers: HashMap::new(),
        locals: Vec::new(),
        wrong: Vec::new(),
        settled: Vec::new(),
        edges: HashMap::new(),
    };
    search.run(kind)
}

impl Search {
    fn run(&mut self, kind: Kind) -> Explored {
        let first = self.number(Local::new(kind, 0, start()));
        let begin = Whole { locals: [first, first], stock: Stock { available: 1, held: 0, sold: 0 } };
        let mut numbers = HashMap::from([(begin, 0_u32)]);
        let mut states = vec![begin];
        // How each state was reached first, and the steps of ours that lead to each.
        let mut parents: Vec<Option<(u32, Step)>> = vec![None];
        let mut backwards: Vec<Vec<u32>> = vec![Vec::new()];
        let mut queue = VecDeque::from([0_u32]);
        let mut steps = 0;
        while let Some(at) = queue.pop_front() {
            let whole = states[at as usize];
            for side in 0..2 {
                let edges = match self.edges(whole.locals[side], whole.stock.available > 0) {
                    Ok(edges) => edges,
                    Err(wrong) => return self.found(&wrong, &states, &parents, at, steps),
                };
                for edge in edges.iter() {
                    steps += 1;
                    let Some(stock) = moved(whole.stock, &edge.moves) else {
                        let wrong = format!("{:?} moves {:?} of {:?}", edge.step, edge.moves, whole.stock);
                        return self.found(&wrong, &states, &parents, at, steps);
                    };
                    let mut locals = whole.locals;
                    locals[side] = edge.to;
                    locals.sort_unstable();
                    let next = Whole { locals, stock };
                    let known = numbers.get(&next).copied();
                    let number = known.unwrap_or_else(|| u32::try_from(states.len()).unwrap_or(u32::MAX));
                    if known.is_none() {
                        numbers.insert(next, number);
                        states.push(next);
                        parents.push(Some((at, edge.step)));
                        backwards.push(Vec::new());
                        queue.push_back(number);
                        if let Some(wrong) = self.wrong_in(next) {
                            return self.found(&wrong, &states, &parents, number, steps);
                        }
                    }
                    if edge.step.is_ours() {
                        backwards[number as usize].push(at);
                    }
                }
            }
        }
        if let Some(stuck) = self.stuck(&states, &backwards) {
            return self.found("from here nothing settles any more", &states, &parents, stuck, steps);
        }
        Explored { states: states.len(), local_states: self.locals.len(), steps, finding: None }
    }

    /// The number of a local state.
    fn number(&mut self, local: Local) -> u32 {
        let key = key(&local);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.locals.len()).unwrap_or(u32::MAX);
        self.numbers.insert(key, number);
        self.wrong.push(local.violations().into_iter().next());
        self.settled.push(local.is_settled());
        self.locals.push(local);
        number
    }

    /// The steps of a local state, while there is a unit to take or none.
    fn edges(&mut self, at: u32, left: bool) -> Result<Rc<[Edge]>, String> {
        if let Some(known) = self.edges.get(&(at, left)) {
            return Ok(known.clone());
        }
        let local = self.locals[at as usize].clone();
        let mut edges = Vec::new();
        for step in Step::of(&local, self.planted) {
            if let Some(Taken { local, moves }) = step.take(&local, left, self.planted)? {
                let to = self.number(local);
                if to != at || !moves.is_empty() {
                    edges.push(Edge { step, to, moves });
                }
            }
        }
        let edges: Rc<[Edge]> = edges.into();
        self.edges.insert((at, left), edges.clone());
        Ok(edges)
    }

    fn wrong_in(&self, whole: Whole) -> Option<String> {
        let own = whole.locals.iter().find_map(|local| self.wrong[*local as usize].clone());
        if own.is_some() {
            return own;
        }
        let claimed = whole.locals.map(|local| claims(self.locals[local as usize].order.as_ref()));
        let (held, sold) = (claimed[0].0 + claimed[1].0, claimed[0].1 + claimed[1].1);
        let Stock { available, held: counted, sold: taken } = whole.stock;
        if u32::from(counted) != held || u32::from(taken) != sold || available + counted + taken != 1 {
            return Some(format!("{:?}, and the orders claim {held} held and {sold} sold", whole.stock));
        }
        None
    }

    /// A state from which no settled one can be reached by what the system does itself.
    fn stuck(&self, states: &[Whole], backwards: &[Vec<u32>]) -> Option<u32> {
        let settled = |whole: &Whole| whole.locals.iter().all(|local| self.settled[*local as usize]);
        let mut reached: Vec<bool> = states.iter().map(settled).collect();
        let mut queue: VecDeque<usize> = (0..states.len()).filter(|n| reached[*n]).collect();
        while let Some(at) = queue.pop_front() {
            for before in &backwards[at] {
                let before = *before as usize;
                if !std::mem::replace(&mut reached[before], true) {
                    queue.push_back(before);
                }
            }
        }
        reached.iter().position(|reached| !reached).and_then(|n| u32::try_from(n).ok())
    }

    fn found(&self, wrong: &str, states: &[Whole], parents: &[Option<(u32, Step)>], at: u32, steps: usize) -> Explored {
        let mut path = Vec::new();
        let mut next = at;
        while let Some((before, step)) = parents[next as usize] {
            path.push(format!("{step:?}"));
            next = before;
        }
        path.reverse();
        let finding = Some(format!("{wrong}, after {}", path.join(", ")));
        Explored { states: states.len(), local_states: self.locals.len(), steps, finding }
    }
}

/// The counters after some units have moved; none where one would fall below zero.
fn moved(mut stock: Stock, moves: &[MoveKind]) -> Option<Stock> {
    for kind in moves {
        let Stock { available, held, sold } = &mut stock;
        let (from, to) = match kind {
            MoveKind::Hold => (available, held),
            MoveKind::Take => (available, sold),
            MoveKind::Sell => (held, sold),
            MoveKind::Release => (held, available),
            MoveKind::Restock => (sold, available),
        };
        *from = from.checked_sub(1)?;
        *to += 1;
    }
    Some(stock)
}
