#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::answers::back_market::check(bytes));
