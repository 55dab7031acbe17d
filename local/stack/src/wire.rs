//! Where the functions' bytes go on this machine.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use cloud_stand_ins::LocalCloud;
use http::{Uri, uri::Authority};
use runtime::{HyperWire, Wire, WireError, WireFuture};
use stripe_stand_in::{Broken, StandIn};

use crate::issuer::{self, LocalIssuer};

/// Hands each request to the part that answers it here: the embedded cloud, the stand-in for Stripe, the issuer of tokens. What
/// is for none of them goes to the network.
pub struct LocalWire {
    pub(crate) cloud: LocalCloud,
    /// The stand-in for Stripe, and its address.
    pub(crate) stripe: (Option<Authority>, StandIn),
    /// The issuer of tokens.
    pub(crate) issuer: Arc<LocalIssuer>,
    /// Addresses of real services that were put into the place of ours.
    pub(crate) elsewhere: HashSet<Authority>,
    /// Built when something goes there first, as it usually never does.
    pub(crate) network: OnceLock<Result<HyperWire, String>>,
}

impl LocalWire {
    fn network(&self, request: http::Request<Bytes>) -> WireFuture {
        match self.network.get_or_init(|| HyperWire::new().map_err(|error| error.to_string())) {
            Ok(wire) => wire.send(request),
            Err(error) => {
                let error = WireError::Refused(error.clone());
                Box::pin(async move { Err(error) })
            }
        }
    }
}

impl Wire for LocalWire {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let authority = request.uri().authority();
        if authority.is_some_and(|authority| self.elsewhere.contains(authority)) {
            return self.network(request);
        }
        if self.cloud.serves(&request) {
            return self.cloud.send(request);
        }
        if authority.is_some() && authority == self.stripe.0.as_ref() {
            let stripe = self.stripe.1.clone();
            return Box::pin(async move { stripe.send(request).await.map_err(|broken| failed(&broken)) });
        }
        if request.uri().host() == Some(issuer::HOST) {
            let answer = self.issuer.answer(&request);
            return Box::pin(async move { Ok(answer) });
        }
        self.network(request)
    }
}

impl fmt::Debug for LocalWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalWire").field("stripe", &self.stripe.0).finish_non_exhaustive()
    }
}

/// A broken connection to the stand-in, as a wire reports it.
fn failed(broken: &Broken) -> WireError {
    match broken {
        Broken::Refused => WireError::Refused(broken.to_string()),
        Broken::Lost => WireError::Lost(broken.to_string()),
    }
}

/// The authority of an address, as requests carry it.
pub(crate) fn authority(address: &str) -> Option<Authority> {
    address.parse::<Uri>().ok()?.authority().cloned()
}
