"""Test that the levels of a scheme with parents are trained, kept in the model, and given by every command."""

import json

import numpy as np
import pytest
from msgspec.structs import replace
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.abstract import Abstract
from classmark.model.persistence.model_file import open_classifier, save_classifier
from classmark.model.prediction.predict import predict

ARMIES = (
    "Deterrence by punishment and by denial return to the centre of strategic debate as hypersonic missiles and "
    "low-yield warheads shorten the warning times of nuclear forces, and treaties on arms control between states lapse."
)


def finer(classes):
    """Return shipped abstracts of some classes, with their subclasses as codes."""
    for name in classes:
        for line in (ABSTRACTS / f"{name}.jsonl").read_text("utf-8").splitlines()[:50]:
            record = json.loads(line)
            yield record | {"codes": record["subclasses"]}


@pytest.fixture(scope="module")
def finer_records():
    return list(finer("UJMV"))


@pytest.fixture(scope="module")
def finer_corpus(finer_records, tmp_path_factory):
    return write_records(tmp_path_factory.mktemp("levels") / "corpus.jsonl", finer_records)


@pytest.fixture(scope="module")
def lcc_model(finer_corpus, tmp_path_factory):
    """Return a model whose own codes are the main classes, and that knows subclasses."""
    path = tmp_path_factory.mktemp("levels") / "lcc.safetensors"
    done = run("train", finer_corpus, "--scheme", "lcc", "-o", path)
    assert done.code == 0, done.err
    return path


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return a scheme of three levels."""
    path = tmp_path_factory.mktemp("levels") / "tree.csv"
    rows = ["J,Politics,", "U,War,", "JZ,International relations,J", "JA,Political theory,J"]
    rows += ["UA,Armies,U", "UG,Engineers,U", "UA1,Staff,UA", "UA2,Troops,UA", "UG1,Rockets,UG"]
    path.write_text("code,name,parent\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


WORDS = {
    "UA1": "staff officers plan operations and brief commanders at headquarters",
    "UA2": "infantry soldiers march, dig trenches and hold ground in battle",
    "UG1": "rockets, guided missiles, launchers and propellants of artillery engineers",
    "JZ": "treaties, embassies and diplomats settle disputes between sovereign states",
    "JA": "philosophers of sovereignty, consent, liberty and the social contract",
}


@pytest.fixture(scope="module")
def tree_model(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("levels") / "tree.safetensors"
    extra = ["old", "new", "northern", "southern", "coastal", "inland", "lasting", "sudden", "famous", "hidden"]
    texts = [
        {"id": f"{code}-{word}", "title": "", "text": f"{word} {text} of the {word} years", "codes": [code]}
        for code, text in WORDS.items()
        for word in extra
    ]
    for number, text in enumerate(texts):
        words = text["text"].split()
        text["text"] = " ".join(words[number % 5 :] + words[: number % 3])
    corpus = write_records(tmp_path_factory.mktemp("levels") / "tree.jsonl", texts)
    done = run("train", corpus, "--scheme", tree, "-o", path)
    assert done.code == 0, done.err
    return path


def codes_of(path, text, *args):
    done = run("predict", "-", "--model", path, "--format", "jsonl", *args, given=text)
    assert done.code == 0, done.err
    return done.records[0]


def test_without_a_level_a_model_of_lcc_gives_main_classes(lcc_model):
    assert codes_of(lcc_model, ARMIES)["codes"][0] == "U"


def test_a_level_gives_finer_codes_below_the_coarser_ones(lcc_model):
    coarse = set(codes_of(lcc_model, ARMIES)["codes"])
    finer = codes_of(lcc_model, ARMIES, "--level", "2")["codes"]
    assert {code[0] for code in finer} == coarse
    assert any(len(code) > 1 for code in finer)


def test_the_first_level_gives_what_is_given_without_a_level(lcc_model):
    assert codes_of(lcc_model, ARMIES, "--level", "1") == codes_of(lcc_model, ARMIES)


def test_a_coarser_code_stays_with_its_own_score_where_no_finer_one_is_sure(lcc_model):
    """The threshold of a level is one that no finer code reaches."""
    coarse = codes_of(lcc_model, ARMIES)["ranking"][0]
    threshold = str(coarse["score"] - 0.001)
    record = codes_of(lcc_model, ARMIES, "--level", "2", "--threshold", threshold)
    assert record["codes"] == [coarse["code"]]
    assert record["ranking"][0] == coarse


def test_no_finer_code_has_a_higher_score_than_the_code_above_it(lcc_model, finer_records):
    classifier = open_classifier(lcc_model)
    texts = [Abstract(record["id"], record["title"], record["text"], ()) for record in finer_records]
    first, second = classifier.at_level(1), classifier.at_level(2)
    coarse, fine = first.scorer.score(texts), second.scorer.score(texts)
    column = {code: number for number, code in enumerate(first.codes)}
    parents = [column[classifier.scheme.at_level(1).resolve(code)] for code in second.codes]
    assert np.all(fine <= coarse[:, parents])


@pytest.mark.parametrize("threshold", [None, 0.05, 0.5])
def test_no_given_code_is_above_another_and_all_are_below_those_of_the_level_above(lcc_model, finer_records, threshold):
    classifier = open_classifier(lcc_model)
    texts = [Abstract(record["id"], record["title"], record["text"], ()) for record in finer_records]
    first, second = (
        [set(found.codes) for found in predict(classifier.at_level(level), texts, threshold=threshold)]
        for level in (1, 2)
    )
    above = classifier.scheme.at_level(1)
    for coarse, fine in zip(first, second, strict=True):
        assert {above.resolve(code) for code in fine} == coarse
        assert not any(above.resolve(code) in fine - {code} for code in fine)


def test_a_batch_has_the_scores_of_its_texts_alone(lcc_model, finer_records):
    scorer = open_classifier(lcc_model).at_level(2).scorer
    texts = [Abstract(record["id"], record["title"], record["text"], ()) for record in finer_records[:5]]
    alone = np.concatenate([scorer.score([text]) for text in texts])
    assert np.allclose(scorer.score(texts), alone, rtol=0, atol=1e-6)


def test_a_tree_of_three_levels_gives_codes_of_each(tree_model):
    rockets = "Guided missiles and rockets: launchers, propellants and artillery engineers of the coastal years"
    given = {level: codes_of(tree_model, rockets, "--level", level)["codes"] for level in ("1", "2", "3")}
    assert given == {"1": ["U"], "2": ["UG"], "3": ["UG1"]}
    assert codes_of(tree_model, rockets)["codes"] == ["UG1"]


def test_a_code_without_finer_ones_stays_at_deeper_levels(tree_model):
    treaties = "Embassies and diplomats settle disputes between sovereign states by treaties of the old years"
    assert codes_of(tree_model, treaties, "--level", "3")["codes"] == ["JZ"]


@pytest.mark.parametrize("command", ["predict", "explain", "evaluate"])
def test_a_level_that_the_model_lacks_is_refused(lcc_model, finer_corpus, command):
    done = run(command, finer_corpus, "--model", lcc_model, "--level", "3")
    assert (done.code, "the model knows the levels 1 to 2, not 3" in done.err) == (2, True)


def test_a_model_without_levels_says_how_to_train_them(model, finer_corpus):
    done = run("predict", finer_corpus, "--model", model, "--level", "2")
    assert (done.code, "--scheme that is a tree" in done.err) == (2, True)


def test_a_corpus_without_finer_codes_trains_no_levels(finer_records, tmp_path):
    coarse = write_records(
        tmp_path / "coarse.jsonl", [r | {"codes": sorted({c[0] for c in r["codes"]})} for r in finer_records]
    )
    assert run("train", coarse, "--scheme", "lcc", "-o", tmp_path / "m").code == 0
    assert open_classifier(tmp_path / "m").levels == ()


def test_evaluate_measures_each_level(lcc_model, finer_corpus):
    done = run("evaluate", finer_corpus, "--model", lcc_model, "--level", "2", "--format", "json")
    figures = json.loads(done.out)
    assert [row["level"] for row in figures["levels"]] == [1, 2]
    first, second = (row["measures"] for row in figures["levels"])
    assert second == figures["measures"]
    assert first["precision_at_1"] >= second["precision_at_1"]
    assert "hierarchical_f1" not in first
    assert 0 < second["hierarchical_precision"] <= 1
    text = run("evaluate", finer_corpus, "--model", lcc_model, "--level", "2").out
    assert "\nlevel\tprecision_at_1\tmicro_f1" in text


def test_explanations_of_a_level_add_up_to_the_decision_values_of_each_code_at_its_own_level(lcc_model):
    done = run("explain", "-", "--model", lcc_model, "--level", "2", "--format", "jsonl", given=ARMIES)
    classifier = open_classifier(lcc_model)
    for code in done.records[0]["codes"]:
        level = classifier.at_level(1 if len(code["code"]) == 1 else 2)
        [values], _ = level.scorer.decision_function([Abstract("x", "", ARMIES, ())])
        total = code["intercept"] + sum(term["contribution"] for term in code["terms"]) + code["others"]["contribution"]
        assert total == pytest.approx(values[level.codes.index(code["code"])], abs=1e-3)


def test_keep_adds_the_codes_of_the_level(lcc_model, tmp_path):
    path = write_records(tmp_path / "in.jsonl", [{"id": "a", "text": ARMIES}])
    done = run("predict", path, "--model", lcc_model, "--level", "2", "--keep")
    assert json.loads(done.out)["codes"] == codes_of(lcc_model, ARMIES, "--level", "2")["codes"]


def test_assign_gives_the_best_codes_of_a_level(lcc_model):
    record = codes_of(lcc_model, ARMIES, "--level", "2", "--assign", "3")
    assert record["codes"] == [ranked["code"] for ranked in record["ranking"]][:3]


def test_the_model_card_tells_of_each_level(lcc_model):
    card = json.loads(run("model", "show", lcc_model, "--format", "json").out)
    assert [level["codes"] for level in card["levels"]] == [20, 300]


def test_levels_survive_saving(lcc_model, tmp_path):
    classifier = open_classifier(lcc_model)
    save_classifier(classifier, tmp_path / "copy")
    copy = open_classifier(tmp_path / "copy")
    text = [Abstract("x", "", ARMIES, ())]
    assert np.array_equal(copy.at_level(2).scorer.score(text), classifier.at_level(2).scorer.score(text))


def test_a_model_file_whose_levels_disagree_with_its_scheme_is_refused(lcc_model, tmp_path):
    classifier = open_classifier(lcc_model)
    first, second = classifier.levels
    save_classifier(replace(classifier, levels=(second, first)), tmp_path / "bad")
    done = run("predict", "-", "--model", tmp_path / "bad", given=ARMIES)
    assert (done.code, "is damaged" in done.err) == (1, True)


def test_doaj_articles_get_finer_codes_as_doaj_writes_them(lcc_model, tmp_path):
    article = {"bibjson": {"title": "Treaties", "abstract": ARMIES, "subject": []}}
    path = write_records(tmp_path / "in.jsonl", [article])
    done = run("predict", path, "--model", lcc_model, "--level", "2", "--threshold", "0.05", "--keep")
    subjects = json.loads(done.out)["bibjson"]["subject"]
    assert {"scheme": "LCC", "term": "International relations", "code": "JZ2-6530"} in subjects


def test_codes_shows_how_doaj_writes_them():
    lines = run("codes", "--all").out.splitlines()
    assert "BF\tPsychology\tB\tBF1-990" in lines
    assert "Q\tScience\t" in lines
