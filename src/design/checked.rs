//! Guards on numbers read from files, so that an error carries the place in the file where it stands.

/// Largest rate, size or time accepted anywhere in a design.
pub const MAX_QUANTITY: f64 = 1e12;

/// Whether a value equals its type's default (used to leave it out of the file).
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Checks that `value` is finite and between 0 and [`MAX_QUANTITY`].
///
/// # Errors
/// A sentence saying what is wrong.
pub fn check_quantity(value: f64) -> Result<f64, String> {
    check_range(value, 0.0, MAX_QUANTITY)
}

fn check_range(value: f64, low: f64, high: f64) -> Result<f64, String> {
    if value.is_finite() && value >= low && value <= high {
        // Adding zero turns -0.0 into 0.0, which would otherwise be written differently.
        Ok(value + 0.0)
    } else {
        Err(format!("{value} is not between {low} and {high}"))
    }
}

/// Checks a latitude in degrees.
///
/// # Errors
/// A sentence when it is not between -90 and 90.
pub fn check_latitude(value: f64) -> Result<f64, String> {
    check_range(value, -90.0, 90.0)
}

/// Checks a longitude in degrees.
///
/// # Errors
/// A sentence when it is not between -180 and 180.
pub fn check_longitude(value: f64) -> Result<f64, String> {
    check_range(value, -180.0, 180.0)
}

/// Serde functions of a checked number; what is written has no negative zero, so that bytes settle at once.
macro_rules! checked_number {
    ($name:ident, $check:path) => {
        pub(super) mod $name {
            use serde::de::Error as _;
            use serde::{Deserialize, Deserializer, Serializer};

            pub(in super::super) fn serialize<S: Serializer>(value: &f64, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_f64(*value + 0.0)
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
                $check(f64::deserialize(d)?).map_err(D::Error::custom)
            }
        }
    };
}

checked_number!(quantity, super::check_quantity);
checked_number!(latitude, super::check_latitude);
checked_number!(longitude, super::check_longitude);

pub(super) mod optional_quantity {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(value: &Option<f64>, s: S) -> Result<S::Ok, S::Error> {
        value.map(|v| v + 0.0).serialize(s)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
        Option::<f64>::deserialize(d)?.map(super::check_quantity).transpose().map_err(D::Error::custom)
    }
}
