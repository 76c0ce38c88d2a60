//! The assistant's widgets, one per file.

pub mod city_selector;
pub mod icons;
pub mod weather_card;
