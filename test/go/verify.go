// Verify reads a log as it is served, with golang.org/x/mod alone: the checkpoint's signature, every
// tile, every entry against its leaf, and receipts against the tree.
//
//	verify <url> <vkey> [<file with a receipt>...]
//
// It prints the size and the number of receipts, and exits with 1 at the first thing that is wrong.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) < 3 {
		fail("usage: verify <url> <vkey> [<receipt>...]")
	}
	url, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	check(err)
	tree := openCheckpoint(get(url+"/checkpoint"), verifier)
	reader := tlog.TileHashReader(tree, &tiles{url, map[string][]byte{}})
	checkEntries(url, tree, reader)
	checkPrefixes(tree, reader)
	for _, file := range os.Args[3:] {
		text, err := os.ReadFile(file)
		check(err)
		checkReceipt(text, verifier, tree, reader)
	}
	fmt.Printf("%d entries, %d receipts\n", tree.N, len(os.Args)-3)
}

// openCheckpoint parses the three lines itself: tlog.ParseTree knows one origin only.
func openCheckpoint(text []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("not a checkpoint of three lines: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

// tiles fetches tiles by the paths of tlog-tiles, which leave out x/mod's height.
type tiles struct {
	url  string
	kept map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		if t.kept[path] == nil {
			t.kept[path] = get(t.url + "/" + path)
		}
		all = append(all, t.kept[path])
	}
	return all, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkEntries reads every bundle, and holds each entry against its leaf in the tree.
func checkEntries(url string, tree tlog.Tree, reader tlog.HashReader) {
	for from := int64(0); from < tree.N; from += 1 << height {
		width := tree.N - from
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: 0, N: from >> height, W: int(width)}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
		bundle := get(url + "/" + path)
		for i := from; i < from+width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
			check(err)
			if tlog.RecordHash(entry) != hashes[0] {
				fail("entry %d is not the leaf", i)
			}
		}
		if len(bundle) != 0 {
			fail("%s goes on after its entries", path)
		}
	}
}

// checkPrefixes proves that the tree of every smaller size is the beginning of this one.
func checkPrefixes(tree tlog.Tree, reader tlog.HashReader) {
	for size := int64(1); size < tree.N; size++ {
		root, err := tlog.TreeHash(size, reader)
		check(err)
		proof, err := tlog.ProveTree(tree.N, size, reader)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, size, root))
	}
}

// checkReceipt reads a tlog-proof whose extra line is the entry.
func checkReceipt(text []byte, verifier note.Verifier, now tlog.Tree, reader tlog.HashReader) {
	head, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		fail("a receipt without a checkpoint")
	}
	lines := strings.Split(string(head), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		fail("not a receipt: %q", lines)
	}
	entry, err := base64.StdEncoding.DecodeString(lines[1][len("extra "):])
	check(err)
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	check(err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		proof = append(proof, hash)
	}
	tree := openCheckpoint(checkpoint, verifier)
	check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	if root != tree.Hash {
		fail("the receipt of entry %d is under another tree of %d", index, tree.N)
	}
	if tree.N > now.N {
		fail("the receipt of entry %d is ahead of the checkpoint", index)
	}
}

func get(url string) []byte {
	response, err := http.Get(url)
	check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != http.StatusOK {
		fail("%s: %s", url, response.Status)
	}
	return body
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}
