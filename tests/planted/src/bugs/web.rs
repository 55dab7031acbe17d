//! Breaks of who may call.

use super::bug::Bug;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "revoked-device-accepted",
        what: "A device whose key was taken back goes on checking in.",
        file: "shared/web/src/device.rs",
        text: "&& «device.revoked_at.is_none()»",
        instead: "true",
        test: "check_in::doors::a_device_has_a_key_of_its_own_for_one_listing_until_it_is_lost",
    },
    Bug {
        name: "device-key-not-compared",
        what: "The id of a device is enough to work as it.",
        file: "shared/web/src/device.rs",
        text: "«is_secret(&device_key_hash(key.expose()), &device.key_hash)»",
        instead: "true",
        test: "check_in::doors::a_device_has_a_key_of_its_own_for_one_listing_until_it_is_lost",
    },
];
