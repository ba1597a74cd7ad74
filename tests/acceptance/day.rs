//! The seller's day of `cargo demo`. It checks of each order the state and its reason, what the marketplace holds, how many
//! submissions it saw, what was published and what was dead-lettered.

use crate::stack::run;
use domain::Channel;
use local::NewPartner;
use local::day::{World, partners, play, stories, table};

#[test]
fn each_channel_has_a_part_of_the_day() {
    let partners = partners();
    for channel in Channel::ALL {
        let mut of = partners.iter().filter(|partner| partner.channel == channel);
        let is_played =
            |partner: &NewPartner| stories().iter().any(|story| story.partner == partner.id);
        assert!(of.any(is_played), "{channel} is not played");
    }
}

#[test]
fn every_order_of_the_day_ends_as_it_should() {
    run(|shared| async move {
        let world = World::new(&shared.stack, &shared.shops);
        let endings = play(&world, &stories(), |_| {}).await.expect("the stack answers");
        assert!(endings.len() == stories().len() && endings.len() >= 30, "{}", endings.len());
        assert!(endings.iter().all(local::day::Ending::is_right), "\n{}", table(&endings));
    });
}
