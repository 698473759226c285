//! Keys from a broken generator (CVE-2017-15361, "ROCA").
//!
//! Certain smart cards and TPMs made RSA moduli that are powers of 65537 modulo many small primes; such
//! a key can be factored. The fingerprint is public and cheap: a good modulus shows it by chance once in
//! some 2^27.

/// The primes of the published fingerprint for which it discriminates.
const PRIMES: [u32; 17] = [
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
];

/// Whether a modulus (big-endian) bears the fingerprint.
pub(super) fn has_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|&prime| {
        let residue = modulus.iter().fold(0, |residue, &byte| {
            (residue * 256 + u32::from(byte)) % prime
        });
        powers_of_65537(prime).any(|power| power == residue)
    })
}

/// 65537 to the powers 0, 1, 2, … modulo `prime`, each residue once.
fn powers_of_65537(prime: u32) -> impl Iterator<Item = u32> {
    let next = move |power: &u32| Some(power * (65537 % prime) % prime).filter(|&next| next != 1);
    std::iter::successors(Some(1), next)
}
