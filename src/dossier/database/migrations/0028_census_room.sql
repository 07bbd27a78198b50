-- Every checkpoint changes some pages and buckets of the census. With room beside a row its next version stands in the
-- same block, and no index is touched.
ALTER TABLE seal.census_page SET (fillfactor = 40);
ALTER TABLE seal.census SET (fillfactor = 70);
