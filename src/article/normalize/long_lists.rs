//! Goes through a long list and frees its memory piece by piece, so that the whole list is not kept until a second one has been
//! made of it. A list of 20 000 entries takes 10 MB without their texts.

/// How many items are taken before their memory is freed.
const PIECE: usize = 512;

/// Gives each item to `take`, the last one first.
pub(super) fn for_each_from_the_end<T>(mut list: Vec<T>, mut take: impl FnMut(T)) {
    while let Some(item) = list.pop() {
        take(item);
        if list.len().is_multiple_of(PIECE) {
            list.shrink_to_fit();
        }
    }
}

/// Maps each item, the last one first. The result is in the order of `list`.
pub(super) fn map_from_the_end<T, U>(list: Vec<T>, mut map: impl FnMut(T) -> U) -> Vec<U> {
    let mut mapped = Vec::with_capacity(list.len());
    for_each_from_the_end(list, |item| mapped.push(map(item)));
    mapped.reverse();
    mapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_mapped_in_its_order() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let numbers: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> = numbers.iter().map(|number| number * 2).collect();
            assert_eq!(map_from_the_end(numbers, |number| number * 2), doubled);
        }
    }
}
