//! The seller's day of `cargo demo`: of each order its state and reason, what the marketplace holds, how many
//! submissions it saw, what was published and what was put aside.

use crate::stack::run;
use local::day::{World, play, stories, table};

#[test]
fn every_order_of_the_day_ends_as_it_should() {
    run(|shared| async move {
        let world = World::new(&shared.stack, &shared.shops);
        let endings = play(&world, &stories(), |_| {}).await.expect("the stack answers");
        assert_eq!(endings.len(), 30);
        assert!(endings.iter().all(local::day::Ending::is_right), "\n{}", table(&endings));
    });
}
