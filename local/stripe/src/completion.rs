//! Sessions, when their intents end.

use super::{
    errors::ApiError,
    objects::{CaptureMethod, IntentStatus},
    session::{PaymentStatus, Session, SessionStatus},
    state::State,
};

impl State {
    /// The session that a path names.
    pub(crate) fn session(&self, id: &str) -> Result<Session, ApiError> {
        self.sessions.get(id).cloned().ok_or_else(|| ApiError::no_such("checkout.session", id, "session"))
    }

    /// Writes a session back and makes an event of it.
    pub(crate) fn keep_session(&mut self, session: &Session, event: &str) {
        if let Some(kept) = self.sessions.get_mut(&session.id) {
            kept.clone_from(session);
        }
        let group = session.intent.clone().unwrap_or_else(|| session.id.clone());
        let encoded = self.session_json(session);
        self.emit(event, &group, encoded);
    }

    /// Completes an open session.
    pub(crate) fn complete(&mut self, mut session: Session, payment_status: PaymentStatus) {
        session.status = SessionStatus::Complete;
        session.payment_status = payment_status;
        self.keep_session(&session, "checkout.session.completed");
    }

    /// The payment of an intent's session succeeded, or is authorized.
    pub(crate) fn session_paid(&mut self, intent: &str) {
        let Some(session) = self.session_of(intent) else { return };
        let late = session.status == SessionStatus::Complete;
        let processing = late && session.payment_status == PaymentStatus::Unpaid;
        match self.intents.get(intent).map(|intent| intent.status) {
            Some(IntentStatus::Succeeded) if processing => {
                let mut session = session;
                session.payment_status = PaymentStatus::Paid;
                if session.intent_data.capture_method == CaptureMethod::Manual {
                    // The capture has its own event; only methods that take days have one of the session's, too.
                    if let Some(kept) = self.sessions.get_mut(&session.id) {
                        *kept = session;
                    }
                    return;
                }
                self.keep_session(&session, "checkout.session.async_payment_succeeded");
            }
            Some(IntentStatus::Succeeded) if !late => self.complete(session, PaymentStatus::Paid),
            Some(IntentStatus::RequiresCapture) if !late => self.complete(session, PaymentStatus::Unpaid),
            _ => {}
        }
    }

    /// The payment of an intent's session failed.
    pub(crate) fn session_failed(&mut self, intent: &str) {
        if let Some(session) = self.session_of(intent)
            && session.status == SessionStatus::Complete
        {
            self.keep_session(&session, "checkout.session.async_payment_failed");
        }
    }

    fn session_of(&self, intent: &str) -> Option<Session> {
        let id = self.intents.get(intent)?.session.as_ref()?;
        self.sessions.get(id).cloned()
    }
}
