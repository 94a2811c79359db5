//! Balances of a made-up token, by account owner.

use candid::{CandidType, Principal};
use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(CandidType)]
enum TransferError {
    InsufficientFunds { balance: u64 },
}

thread_local! {
    static BALANCES: RefCell<BTreeMap<Principal, u64>> = const { RefCell::new(BTreeMap::new()) };
}

#[ic_cdk::init]
fn init() {
    BALANCES.with_borrow_mut(|balances| balances.insert(ic_cdk::caller(), 1_000_000));
}

#[ic_cdk::query]
fn balance_of(owner: Principal) -> u64 {
    BALANCES.with_borrow(|balances| balances.get(&owner).copied().unwrap_or(0))
}

#[ic_cdk::update]
fn transfer(to: Principal, amount: u64) -> Result<u64, TransferError> {
    BALANCES.with_borrow_mut(|balances| {
        let from = balances.entry(ic_cdk::caller()).or_insert(0);
        if *from < amount {
            return Err(TransferError::InsufficientFunds { balance: *from });
        }
        *from -= amount;
        let left = *from;
        *balances.entry(to).or_insert(0) += amount;
        Ok(left)
    })
}

ic_cdk::export_candid!();
