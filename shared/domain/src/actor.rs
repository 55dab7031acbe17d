//! Who does something: a person, or a part of the system.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Who changes an order, a balance or what is for sale. It is stored and shown as one word: a person's subject, or the
/// name of a part of the system. Code tells actors apart by this type alone.
///
/// A subject may be the same word as a part's name. Where a place holds people alone, it is read by [`Actor::read_person`],
/// and stays the person's; elsewhere it is read as the part's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Actor {
    /// Who signed in: the subject of a verified access token.
    Person(String),
    /// A buyer without an account, who holds the order's token: `guest`.
    Guest,
    /// A customer whose order is archived, so that their subject is gone from it: `customer`.
    Customer,
    /// Stripe's event; its id is the cause: `webhook`.
    Webhook,
    /// The return of a buyer from Stripe's page: `success`.
    Success,
    /// The request that placed the order: `checkout`.
    Checkout,
    /// A request that shows the order, and fetched its payment for it: `orders`.
    Orders,
    /// Stripe's answer about a refund of ours: `refund`.
    Refund,
    /// Stripe's answer about a split or an adjustment: `adjust`.
    Adjust,
    /// What is due of an order: `sweeper`.
    Sweeper,
    /// The job of a listing that was moved: `listing`.
    Listing,
    /// The operator's program that tells a table what Stripe knows: `restore`.
    Restore,
    /// What an order adds to a balance, and takes off it again: `engine`.
    Engine,
}

impl Actor {
    /// All parts of the system that are actors, and the people without a subject.
    const NAMED: [Self; 12] = [
        Self::Guest,
        Self::Customer,
        Self::Webhook,
        Self::Success,
        Self::Checkout,
        Self::Orders,
        Self::Refund,
        Self::Adjust,
        Self::Sweeper,
        Self::Listing,
        Self::Restore,
        Self::Engine,
    ];

    /// The person with this subject of a verified access token.
    pub fn person(subject: impl Into<String>) -> Self {
        Self::Person(subject.into())
    }

    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Person(subject) => subject,
            Self::Guest => "guest",
            Self::Customer => "customer",
            Self::Webhook => "webhook",
            Self::Success => "success",
            Self::Checkout => "checkout",
            Self::Orders => "orders",
            Self::Refund => "refund",
            Self::Adjust => "adjust",
            Self::Sweeper => "sweeper",
            Self::Listing => "listing",
            Self::Restore => "restore",
            Self::Engine => "engine",
        }
    }

    /// Whether it is the person with this subject.
    #[must_use]
    pub fn is_person(&self, subject: &str) -> bool {
        matches!(self, Self::Person(own) if own == subject)
    }

    /// For serde: reads a person, whatever the subject.
    ///
    /// # Errors
    /// What is read is no text.
    pub fn read_person<'de, D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader).map(Self::Person)
    }

    /// For serde: reads a person, or null.
    ///
    /// # Errors
    /// What is read is neither text nor null.
    pub fn read_any_person<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Self>, D::Error> {
        Option::<String>::deserialize(reader).map(|subject| subject.map(Self::Person))
    }
}

impl From<String> for Actor {
    /// Reads what is stored: the name of a part, else a person's subject.
    fn from(word: String) -> Self {
        Self::NAMED.into_iter().find(|named| named.as_str() == word).unwrap_or(Self::Person(word))
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::Person(subject) => subject,
            named => named.as_str().to_owned(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::Actor;

    /// The words of the rows that there are.
    const STORED: [&str; 12] = [
        "guest", "customer", "webhook", "success", "checkout", "orders", "refund", "adjust", "sweeper", "listing",
        "restore", "engine",
    ];

    #[test]
    fn every_actor_is_stored_as_its_word_and_read_again() {
        assert_eq!(Actor::NAMED.each_ref().map(Actor::as_str), STORED);
        let people = ["auth0|ada", "expert-1", "Sweeper", ""].map(Actor::person);
        for actor in Actor::NAMED.into_iter().chain(people) {
            let stored = to_value(&actor).expect("a word");
            assert_eq!(stored, json!(actor.as_str()));
            assert_eq!((stored.as_str(), actor.to_string().as_str()), (Some(actor.as_str()), actor.as_str()));
            assert_eq!(from_value::<Actor>(stored).expect("an actor"), actor);
        }
    }

    #[test]
    fn a_subject_like_a_name_is_no_part_of_the_system() {
        let person = Actor::person("sweeper");
        assert!(person != Actor::Sweeper && person.is_person("sweeper") && !Actor::Sweeper.is_person("sweeper"));
        assert_eq!(Actor::read_person(json!("sweeper")).expect("a person"), person);
        assert_eq!(Actor::read_any_person(json!("sweeper")).expect("a person"), Some(person));
        assert_eq!(Actor::read_any_person(json!(null)).expect("none"), None);
    }
}
