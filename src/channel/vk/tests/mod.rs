mod errors;
mod parse;
mod render;
mod wire;
