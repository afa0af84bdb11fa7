// SPDX-License-Identifier: Apache-2.0
// @ts-nocheck
// Generated from Sfpl.g4 by generate.sh; do not edit.
// SHA-256 of Sfpl.g4: ab0caa4ff7a3840942183ecc24a547d6875ce5002202b343e916a7a0ca9e1a85


import { ATN } from "antlr4ts/atn/ATN.js";
import { ATNDeserializer } from "antlr4ts/atn/ATNDeserializer.js";
import { FailedPredicateException } from "antlr4ts/FailedPredicateException.js";
import { NotNull } from "antlr4ts/Decorators.js";
import { NoViableAltException } from "antlr4ts/NoViableAltException.js";
import { Override } from "antlr4ts/Decorators.js";
import { Parser } from "antlr4ts/Parser.js";
import { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import { ParserATNSimulator } from "antlr4ts/atn/ParserATNSimulator.js";
import { ParseTreeListener } from "antlr4ts/tree/ParseTreeListener.js";
import { ParseTreeVisitor } from "antlr4ts/tree/ParseTreeVisitor.js";
import { RecognitionException } from "antlr4ts/RecognitionException.js";
import { RuleContext } from "antlr4ts/RuleContext.js";
//import { RuleVersion } from "antlr4ts/RuleVersion.js";
import { TerminalNode } from "antlr4ts/tree/TerminalNode.js";
import { Token } from "antlr4ts/Token.js";
import { TokenStream } from "antlr4ts/TokenStream.js";
import { Vocabulary } from "antlr4ts/Vocabulary.js";
import { VocabularyImpl } from "antlr4ts/VocabularyImpl.js";

import * as Utils from "antlr4ts/misc/Utils.js";


export class SfplParser extends Parser {
	public static readonly ENTRY = 1;
	public static readonly TEXT_KEY = 2;
	public static readonly LIST_KEY = 3;
	public static readonly AND = 4;
	public static readonly OR = 5;
	public static readonly NOT = 6;
	public static readonly IN = 7;
	public static readonly PMATCH = 8;
	public static readonly EXISTS = 9;
	public static readonly CONTAINS = 10;
	public static readonly ICONTAINS = 11;
	public static readonly STARTSWITH = 12;
	public static readonly ENDSWITH = 13;
	public static readonly INTERSECTS = 14;
	public static readonly BCONTAINS = 15;
	public static readonly BSTARTSWITH = 16;
	public static readonly GLOB = 17;
	public static readonly REGEX = 18;
	public static readonly RESERVED = 19;
	public static readonly LESS = 20;
	public static readonly LESS_EQUAL = 21;
	public static readonly GREATER = 22;
	public static readonly GREATER_EQUAL = 23;
	public static readonly EQUAL = 24;
	public static readonly UNEQUAL = 25;
	public static readonly LEFT = 26;
	public static readonly RIGHT = 27;
	public static readonly OPEN = 28;
	public static readonly CLOSE = 29;
	public static readonly COMMA = 30;
	public static readonly BACKSLASH = 31;
	public static readonly WORD = 32;
	public static readonly PATH = 33;
	public static readonly TAG = 34;
	public static readonly DASHED = 35;
	public static readonly STRING = 36;
	public static readonly COMMENT = 37;
	public static readonly BLANKS = 38;
	public static readonly OTHER = 39;
	public static readonly RULE_policy = 0;
	public static readonly RULE_entry = 1;
	public static readonly RULE_field = 2;
	public static readonly RULE_words = 3;
	public static readonly RULE_listing = 4;
	public static readonly RULE_item = 5;
	public static readonly RULE_condition = 6;
	public static readonly RULE_expression = 7;
	public static readonly RULE_conjunction = 8;
	public static readonly RULE_term = 9;
	public static readonly RULE_test = 10;
	public static readonly RULE_comparison = 11;
	public static readonly RULE_member = 12;
	public static readonly RULE_literals = 13;
	public static readonly RULE_operand = 14;
	// tslint:disable:no-trailing-whitespace
	public static readonly ruleNames: string[] = [
		"policy", "entry", "field", "words", "listing", "item", "condition", "expression", 
		"conjunction", "term", "test", "comparison", "member", "literals", "operand",
	];

	private static readonly _LITERAL_NAMES: Array<string | undefined> = [
		undefined, undefined, undefined, undefined, "'and'", "'or'", "'not'", 
		"'in'", "'pmatch'", "'exists'", "'contains'", "'icontains'", "'startswith'", 
		"'endswith'", "'intersects'", "'bcontains'", "'bstartswith'", "'glob'", 
		"'regex'", undefined, "'<'", "'<='", "'>'", "'>='", "'='", "'!='", "'('", 
		"')'", "'['", "']'", "','", "'\\'",
	];
	private static readonly _SYMBOLIC_NAMES: Array<string | undefined> = [
		undefined, "ENTRY", "TEXT_KEY", "LIST_KEY", "AND", "OR", "NOT", "IN", 
		"PMATCH", "EXISTS", "CONTAINS", "ICONTAINS", "STARTSWITH", "ENDSWITH", 
		"INTERSECTS", "BCONTAINS", "BSTARTSWITH", "GLOB", "REGEX", "RESERVED", 
		"LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL", "UNEQUAL", 
		"LEFT", "RIGHT", "OPEN", "CLOSE", "COMMA", "BACKSLASH", "WORD", "PATH", 
		"TAG", "DASHED", "STRING", "COMMENT", "BLANKS", "OTHER",
	];
	public static readonly VOCABULARY: Vocabulary = new VocabularyImpl(SfplParser._LITERAL_NAMES, SfplParser._SYMBOLIC_NAMES, []);

	// @Override
	// @NotNull
	public get vocabulary(): Vocabulary {
		return SfplParser.VOCABULARY;
	}
	// tslint:enable:no-trailing-whitespace

	// @Override
	public get grammarFileName(): string { return "Sfpl.g4"; }

	// @Override
	public get ruleNames(): string[] { return SfplParser.ruleNames; }

	// @Override
	public get serializedATN(): string { return SfplParser._serializedATN; }

	protected createFailedPredicateException(predicate?: string, message?: string): FailedPredicateException {
		return new FailedPredicateException(this, predicate, message);
	}

	constructor(input: TokenStream) {
		super(input);
		this._interp = new ParserATNSimulator(SfplParser._ATN, this);
	}
	// @RuleVersion(0)
	public policy(): PolicyContext {
		let _localctx: PolicyContext = new PolicyContext(this._ctx, this.state);
		this.enterRule(_localctx, 0, SfplParser.RULE_policy);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 33;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.ENTRY) {
				{
				{
				this.state = 30;
				this.entry();
				}
				}
				this.state = 35;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 36;
			this.match(SfplParser.EOF);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public entry(): EntryContext {
		let _localctx: EntryContext = new EntryContext(this._ctx, this.state);
		this.enterRule(_localctx, 2, SfplParser.RULE_entry);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 38;
			this.match(SfplParser.ENTRY);
			this.state = 40;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.OPEN) | (1 << SfplParser.CLOSE) | (1 << SfplParser.COMMA) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0)) {
				{
				this.state = 39;
				this.words();
				}
			}

			this.state = 45;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.TEXT_KEY || _la === SfplParser.LIST_KEY) {
				{
				{
				this.state = 42;
				this.field();
				}
				}
				this.state = 47;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public field(): FieldContext {
		let _localctx: FieldContext = new FieldContext(this._ctx, this.state);
		this.enterRule(_localctx, 4, SfplParser.RULE_field);
		let _la: number;
		try {
			this.state = 57;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case SfplParser.TEXT_KEY:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 48;
				this.match(SfplParser.TEXT_KEY);
				this.state = 50;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.OPEN) | (1 << SfplParser.CLOSE) | (1 << SfplParser.COMMA) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0)) {
					{
					this.state = 49;
					this.words();
					}
				}

				}
				break;
			case SfplParser.LIST_KEY:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 52;
				this.match(SfplParser.LIST_KEY);
				this.state = 53;
				this.listing();
				this.state = 55;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.OPEN) | (1 << SfplParser.CLOSE) | (1 << SfplParser.COMMA) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0)) {
					{
					this.state = 54;
					this.words();
					}
				}

				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public words(): WordsContext {
		let _localctx: WordsContext = new WordsContext(this._ctx, this.state);
		this.enterRule(_localctx, 6, SfplParser.RULE_words);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 60;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			do {
				{
				{
				this.state = 59;
				_la = this._input.LA(1);
				if (_la <= 0 || ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.ENTRY) | (1 << SfplParser.TEXT_KEY) | (1 << SfplParser.LIST_KEY))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				}
				}
				this.state = 62;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			} while ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.OPEN) | (1 << SfplParser.CLOSE) | (1 << SfplParser.COMMA) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0));
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public listing(): ListingContext {
		let _localctx: ListingContext = new ListingContext(this._ctx, this.state);
		this.enterRule(_localctx, 8, SfplParser.RULE_listing);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 64;
			this.match(SfplParser.OPEN);
			this.state = 66;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0)) {
				{
				this.state = 65;
				this.item();
				}
			}

			this.state = 74;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.COMMA) {
				{
				{
				this.state = 68;
				this.match(SfplParser.COMMA);
				this.state = 70;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0)) {
					{
					this.state = 69;
					this.item();
					}
				}

				}
				}
				this.state = 76;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 77;
			this.match(SfplParser.CLOSE);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public item(): ItemContext {
		let _localctx: ItemContext = new ItemContext(this._ctx, this.state);
		this.enterRule(_localctx, 10, SfplParser.RULE_item);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 80;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			do {
				{
				{
				this.state = 79;
				_la = this._input.LA(1);
				if (_la <= 0 || ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.ENTRY) | (1 << SfplParser.TEXT_KEY) | (1 << SfplParser.LIST_KEY) | (1 << SfplParser.OPEN) | (1 << SfplParser.CLOSE) | (1 << SfplParser.COMMA))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				}
				}
				this.state = 82;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			} while ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.AND) | (1 << SfplParser.OR) | (1 << SfplParser.NOT) | (1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.RESERVED) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL) | (1 << SfplParser.LEFT) | (1 << SfplParser.RIGHT) | (1 << SfplParser.BACKSLASH))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (SfplParser.WORD - 32)) | (1 << (SfplParser.PATH - 32)) | (1 << (SfplParser.TAG - 32)) | (1 << (SfplParser.DASHED - 32)) | (1 << (SfplParser.STRING - 32)) | (1 << (SfplParser.COMMENT - 32)) | (1 << (SfplParser.BLANKS - 32)) | (1 << (SfplParser.OTHER - 32)))) !== 0));
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public condition(): ConditionContext {
		let _localctx: ConditionContext = new ConditionContext(this._ctx, this.state);
		this.enterRule(_localctx, 12, SfplParser.RULE_condition);
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 84;
			this.expression();
			this.state = 85;
			this.match(SfplParser.EOF);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public expression(): ExpressionContext {
		let _localctx: ExpressionContext = new ExpressionContext(this._ctx, this.state);
		this.enterRule(_localctx, 14, SfplParser.RULE_expression);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 87;
			this.conjunction();
			this.state = 92;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.OR) {
				{
				{
				this.state = 88;
				this.match(SfplParser.OR);
				this.state = 89;
				this.conjunction();
				}
				}
				this.state = 94;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public conjunction(): ConjunctionContext {
		let _localctx: ConjunctionContext = new ConjunctionContext(this._ctx, this.state);
		this.enterRule(_localctx, 16, SfplParser.RULE_conjunction);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 95;
			this.term();
			this.state = 100;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.AND) {
				{
				{
				this.state = 96;
				this.match(SfplParser.AND);
				this.state = 97;
				this.term();
				}
				}
				this.state = 102;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public term(): TermContext {
		let _localctx: TermContext = new TermContext(this._ctx, this.state);
		this.enterRule(_localctx, 18, SfplParser.RULE_term);
		let _la: number;
		try {
			this.state = 113;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case SfplParser.NOT:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 103;
				this.match(SfplParser.NOT);
				this.state = 104;
				this.term();
				}
				break;
			case SfplParser.LEFT:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 105;
				this.match(SfplParser.LEFT);
				this.state = 106;
				this.expression();
				this.state = 107;
				this.match(SfplParser.RIGHT);
				}
				break;
			case SfplParser.INTERSECTS:
			case SfplParser.BCONTAINS:
			case SfplParser.BSTARTSWITH:
			case SfplParser.GLOB:
			case SfplParser.REGEX:
			case SfplParser.LESS:
			case SfplParser.GREATER:
			case SfplParser.BACKSLASH:
			case SfplParser.WORD:
			case SfplParser.PATH:
			case SfplParser.TAG:
			case SfplParser.DASHED:
			case SfplParser.STRING:
				this.enterOuterAlt(_localctx, 3);
				{
				this.state = 109;
				this.operand();
				this.state = 111;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.EXISTS) | (1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.INTERSECTS) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL))) !== 0)) {
					{
					this.state = 110;
					this.test();
					}
				}

				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public test(): TestContext {
		let _localctx: TestContext = new TestContext(this._ctx, this.state);
		this.enterRule(_localctx, 20, SfplParser.RULE_test);
		let _la: number;
		try {
			this.state = 131;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case SfplParser.EXISTS:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 115;
				this.match(SfplParser.EXISTS);
				}
				break;
			case SfplParser.CONTAINS:
			case SfplParser.ICONTAINS:
			case SfplParser.STARTSWITH:
			case SfplParser.ENDSWITH:
			case SfplParser.BCONTAINS:
			case SfplParser.BSTARTSWITH:
			case SfplParser.GLOB:
			case SfplParser.REGEX:
			case SfplParser.LESS:
			case SfplParser.LESS_EQUAL:
			case SfplParser.GREATER:
			case SfplParser.GREATER_EQUAL:
			case SfplParser.EQUAL:
			case SfplParser.UNEQUAL:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 116;
				this.comparison();
				this.state = 117;
				this.operand();
				}
				break;
			case SfplParser.IN:
			case SfplParser.PMATCH:
			case SfplParser.INTERSECTS:
				this.enterOuterAlt(_localctx, 3);
				{
				this.state = 119;
				_la = this._input.LA(1);
				if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.IN) | (1 << SfplParser.PMATCH) | (1 << SfplParser.INTERSECTS))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				this.state = 120;
				this.match(SfplParser.LEFT);
				this.state = 121;
				this.member();
				this.state = 126;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				while (_la === SfplParser.COMMA) {
					{
					{
					this.state = 122;
					this.match(SfplParser.COMMA);
					this.state = 123;
					this.member();
					}
					}
					this.state = 128;
					this._errHandler.sync(this);
					_la = this._input.LA(1);
				}
				this.state = 129;
				this.match(SfplParser.RIGHT);
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public comparison(): ComparisonContext {
		let _localctx: ComparisonContext = new ComparisonContext(this._ctx, this.state);
		this.enterRule(_localctx, 22, SfplParser.RULE_comparison);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 133;
			_la = this._input.LA(1);
			if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << SfplParser.CONTAINS) | (1 << SfplParser.ICONTAINS) | (1 << SfplParser.STARTSWITH) | (1 << SfplParser.ENDSWITH) | (1 << SfplParser.BCONTAINS) | (1 << SfplParser.BSTARTSWITH) | (1 << SfplParser.GLOB) | (1 << SfplParser.REGEX) | (1 << SfplParser.LESS) | (1 << SfplParser.LESS_EQUAL) | (1 << SfplParser.GREATER) | (1 << SfplParser.GREATER_EQUAL) | (1 << SfplParser.EQUAL) | (1 << SfplParser.UNEQUAL))) !== 0))) {
			this._errHandler.recoverInline(this);
			} else {
				if (this._input.LA(1) === Token.EOF) {
					this.matchedEOF = true;
				}

				this._errHandler.reportMatch(this);
				this.consume();
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public member(): MemberContext {
		let _localctx: MemberContext = new MemberContext(this._ctx, this.state);
		this.enterRule(_localctx, 24, SfplParser.RULE_member);
		try {
			this.state = 137;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case SfplParser.INTERSECTS:
			case SfplParser.BCONTAINS:
			case SfplParser.BSTARTSWITH:
			case SfplParser.GLOB:
			case SfplParser.REGEX:
			case SfplParser.LESS:
			case SfplParser.GREATER:
			case SfplParser.BACKSLASH:
			case SfplParser.WORD:
			case SfplParser.PATH:
			case SfplParser.TAG:
			case SfplParser.DASHED:
			case SfplParser.STRING:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 135;
				this.operand();
				}
				break;
			case SfplParser.OPEN:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 136;
				this.literals();
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public literals(): LiteralsContext {
		let _localctx: LiteralsContext = new LiteralsContext(this._ctx, this.state);
		this.enterRule(_localctx, 26, SfplParser.RULE_literals);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 139;
			this.match(SfplParser.OPEN);
			this.state = 141;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if (((((_la - 14)) & ~0x1F) === 0 && ((1 << (_la - 14)) & ((1 << (SfplParser.INTERSECTS - 14)) | (1 << (SfplParser.BCONTAINS - 14)) | (1 << (SfplParser.BSTARTSWITH - 14)) | (1 << (SfplParser.GLOB - 14)) | (1 << (SfplParser.REGEX - 14)) | (1 << (SfplParser.LESS - 14)) | (1 << (SfplParser.GREATER - 14)) | (1 << (SfplParser.BACKSLASH - 14)) | (1 << (SfplParser.WORD - 14)) | (1 << (SfplParser.PATH - 14)) | (1 << (SfplParser.TAG - 14)) | (1 << (SfplParser.DASHED - 14)) | (1 << (SfplParser.STRING - 14)))) !== 0)) {
				{
				this.state = 140;
				this.operand();
				}
			}

			this.state = 149;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === SfplParser.COMMA) {
				{
				{
				this.state = 143;
				this.match(SfplParser.COMMA);
				this.state = 145;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if (((((_la - 14)) & ~0x1F) === 0 && ((1 << (_la - 14)) & ((1 << (SfplParser.INTERSECTS - 14)) | (1 << (SfplParser.BCONTAINS - 14)) | (1 << (SfplParser.BSTARTSWITH - 14)) | (1 << (SfplParser.GLOB - 14)) | (1 << (SfplParser.REGEX - 14)) | (1 << (SfplParser.LESS - 14)) | (1 << (SfplParser.GREATER - 14)) | (1 << (SfplParser.BACKSLASH - 14)) | (1 << (SfplParser.WORD - 14)) | (1 << (SfplParser.PATH - 14)) | (1 << (SfplParser.TAG - 14)) | (1 << (SfplParser.DASHED - 14)) | (1 << (SfplParser.STRING - 14)))) !== 0)) {
					{
					this.state = 144;
					this.operand();
					}
				}

				}
				}
				this.state = 151;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 152;
			this.match(SfplParser.CLOSE);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public operand(): OperandContext {
		let _localctx: OperandContext = new OperandContext(this._ctx, this.state);
		this.enterRule(_localctx, 28, SfplParser.RULE_operand);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 154;
			_la = this._input.LA(1);
			if (!(((((_la - 14)) & ~0x1F) === 0 && ((1 << (_la - 14)) & ((1 << (SfplParser.INTERSECTS - 14)) | (1 << (SfplParser.BCONTAINS - 14)) | (1 << (SfplParser.BSTARTSWITH - 14)) | (1 << (SfplParser.GLOB - 14)) | (1 << (SfplParser.REGEX - 14)) | (1 << (SfplParser.LESS - 14)) | (1 << (SfplParser.GREATER - 14)) | (1 << (SfplParser.BACKSLASH - 14)) | (1 << (SfplParser.WORD - 14)) | (1 << (SfplParser.PATH - 14)) | (1 << (SfplParser.TAG - 14)) | (1 << (SfplParser.DASHED - 14)) | (1 << (SfplParser.STRING - 14)))) !== 0))) {
			this._errHandler.recoverInline(this);
			} else {
				if (this._input.LA(1) === Token.EOF) {
					this.matchedEOF = true;
				}

				this._errHandler.reportMatch(this);
				this.consume();
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}

	public static readonly _serializedATN: string =
		"\x03\uC91D\uCABA\u058D\uAFBA\u4F53\u0607\uEA8B\uC241\x03)\x9F\x04\x02" +
		"\t\x02\x04\x03\t\x03\x04\x04\t\x04\x04\x05\t\x05\x04\x06\t\x06\x04\x07" +
		"\t\x07\x04\b\t\b\x04\t\t\t\x04\n\t\n\x04\v\t\v\x04\f\t\f\x04\r\t\r\x04" +
		"\x0E\t\x0E\x04\x0F\t\x0F\x04\x10\t\x10\x03\x02\x07\x02\"\n\x02\f\x02\x0E" +
		"\x02%\v\x02\x03\x02\x03\x02\x03\x03\x03\x03\x05\x03+\n\x03\x03\x03\x07" +
		"\x03.\n\x03\f\x03\x0E\x031\v\x03\x03\x04\x03\x04\x05\x045\n\x04\x03\x04" +
		"\x03\x04\x03\x04\x05\x04:\n\x04\x05\x04<\n\x04\x03\x05\x06\x05?\n\x05" +
		"\r\x05\x0E\x05@\x03\x06\x03\x06\x05\x06E\n\x06\x03\x06\x03\x06\x05\x06" +
		"I\n\x06\x07\x06K\n\x06\f\x06\x0E\x06N\v\x06\x03\x06\x03\x06\x03\x07\x06" +
		"\x07S\n\x07\r\x07\x0E\x07T\x03\b\x03\b\x03\b\x03\t\x03\t\x03\t\x07\t]" +
		"\n\t\f\t\x0E\t`\v\t\x03\n\x03\n\x03\n\x07\ne\n\n\f\n\x0E\nh\v\n\x03\v" +
		"\x03\v\x03\v\x03\v\x03\v\x03\v\x03\v\x03\v\x05\vr\n\v\x05\vt\n\v\x03\f" +
		"\x03\f\x03\f\x03\f\x03\f\x03\f\x03\f\x03\f\x03\f\x07\f\x7F\n\f\f\f\x0E" +
		"\f\x82\v\f\x03\f\x03\f\x05\f\x86\n\f\x03\r\x03\r\x03\x0E\x03\x0E\x05\x0E" +
		"\x8C\n\x0E\x03\x0F\x03\x0F\x05\x0F\x90\n\x0F\x03\x0F\x03\x0F\x05\x0F\x94" +
		"\n\x0F\x07\x0F\x96\n\x0F\f\x0F\x0E\x0F\x99\v\x0F\x03\x0F\x03\x0F\x03\x10" +
		"\x03\x10\x03\x10\x02\x02\x02\x11\x02\x02\x04\x02\x06\x02\b\x02\n\x02\f" +
		"\x02\x0E\x02\x10\x02\x12\x02\x14\x02\x16\x02\x18\x02\x1A\x02\x1C\x02\x1E" +
		"\x02\x02\x07\x03\x02\x03\x05\x04\x02\x03\x05\x1E \x04\x02\t\n\x10\x10" +
		"\x05\x02\f\x0F\x11\x14\x16\x1B\x06\x02\x10\x14\x16\x16\x18\x18!&\x02\xA6" +
		"\x02#\x03\x02\x02\x02\x04(\x03\x02\x02\x02\x06;\x03\x02\x02\x02\b>\x03" +
		"\x02\x02\x02\nB\x03\x02\x02\x02\fR\x03\x02\x02\x02\x0EV\x03\x02\x02\x02" +
		"\x10Y\x03\x02\x02\x02\x12a\x03\x02\x02\x02\x14s\x03\x02\x02\x02\x16\x85" +
		"\x03\x02\x02\x02\x18\x87\x03\x02\x02\x02\x1A\x8B\x03\x02\x02\x02\x1C\x8D" +
		"\x03\x02\x02\x02\x1E\x9C\x03\x02\x02\x02 \"\x05\x04\x03\x02! \x03\x02" +
		"\x02\x02\"%\x03\x02\x02\x02#!\x03\x02\x02\x02#$\x03\x02\x02\x02$&\x03" +
		"\x02\x02\x02%#\x03\x02\x02\x02&\'\x07\x02\x02\x03\'\x03\x03\x02\x02\x02" +
		"(*\x07\x03\x02\x02)+\x05\b\x05\x02*)\x03\x02\x02\x02*+\x03\x02\x02\x02" +
		"+/\x03\x02\x02\x02,.\x05\x06\x04\x02-,\x03\x02\x02\x02.1\x03\x02\x02\x02" +
		"/-\x03\x02\x02\x02/0\x03\x02\x02\x020\x05\x03\x02\x02\x021/\x03\x02\x02" +
		"\x0224\x07\x04\x02\x0235\x05\b\x05\x0243\x03\x02\x02\x0245\x03\x02\x02" +
		"\x025<\x03\x02\x02\x0267\x07\x05\x02\x0279\x05\n\x06\x028:\x05\b\x05\x02" +
		"98\x03\x02\x02\x029:\x03\x02\x02\x02:<\x03\x02\x02\x02;2\x03\x02\x02\x02" +
		";6\x03\x02\x02\x02<\x07\x03\x02\x02\x02=?\n\x02\x02\x02>=\x03\x02\x02" +
		"\x02?@\x03\x02\x02\x02@>\x03\x02\x02\x02@A\x03\x02\x02\x02A\t\x03\x02" +
		"\x02\x02BD\x07\x1E\x02\x02CE\x05\f\x07\x02DC\x03\x02\x02\x02DE\x03\x02" +
		"\x02\x02EL\x03\x02\x02\x02FH\x07 \x02\x02GI\x05\f\x07\x02HG\x03\x02\x02" +
		"\x02HI\x03\x02\x02\x02IK\x03\x02\x02\x02JF\x03\x02\x02\x02KN\x03\x02\x02" +
		"\x02LJ\x03\x02\x02\x02LM\x03\x02\x02\x02MO\x03\x02\x02\x02NL\x03\x02\x02" +
		"\x02OP\x07\x1F\x02\x02P\v\x03\x02\x02\x02QS\n\x03\x02\x02RQ\x03\x02\x02" +
		"\x02ST\x03\x02\x02\x02TR\x03\x02\x02\x02TU\x03\x02\x02\x02U\r\x03\x02" +
		"\x02\x02VW\x05\x10\t\x02WX\x07\x02\x02\x03X\x0F\x03\x02\x02\x02Y^\x05" +
		"\x12\n\x02Z[\x07\x07\x02\x02[]\x05\x12\n\x02\\Z\x03\x02\x02\x02]`\x03" +
		"\x02\x02\x02^\\\x03\x02\x02\x02^_\x03\x02\x02\x02_\x11\x03\x02\x02\x02" +
		"`^\x03\x02\x02\x02af\x05\x14\v\x02bc\x07\x06\x02\x02ce\x05\x14\v\x02d" +
		"b\x03\x02\x02\x02eh\x03\x02\x02\x02fd\x03\x02\x02\x02fg\x03\x02\x02\x02" +
		"g\x13\x03\x02\x02\x02hf\x03\x02\x02\x02ij\x07\b\x02\x02jt\x05\x14\v\x02" +
		"kl\x07\x1C\x02\x02lm\x05\x10\t\x02mn\x07\x1D\x02\x02nt\x03\x02\x02\x02" +
		"oq\x05\x1E\x10\x02pr\x05\x16\f\x02qp\x03\x02\x02\x02qr\x03\x02\x02\x02" +
		"rt\x03\x02\x02\x02si\x03\x02\x02\x02sk\x03\x02\x02\x02so\x03\x02\x02\x02" +
		"t\x15\x03\x02\x02\x02u\x86\x07\v\x02\x02vw\x05\x18\r\x02wx\x05\x1E\x10" +
		"\x02x\x86\x03\x02\x02\x02yz\t\x04\x02\x02z{\x07\x1C\x02\x02{\x80\x05\x1A" +
		"\x0E\x02|}\x07 \x02\x02}\x7F\x05\x1A\x0E\x02~|\x03\x02\x02\x02\x7F\x82" +
		"\x03\x02\x02\x02\x80~\x03\x02\x02\x02\x80\x81\x03\x02\x02\x02\x81\x83" +
		"\x03\x02\x02\x02\x82\x80\x03\x02\x02\x02\x83\x84\x07\x1D\x02\x02\x84\x86" +
		"\x03\x02\x02\x02\x85u\x03\x02\x02\x02\x85v\x03\x02\x02\x02\x85y\x03\x02" +
		"\x02\x02\x86\x17\x03\x02\x02\x02\x87\x88\t\x05\x02\x02\x88\x19\x03\x02" +
		"\x02\x02\x89\x8C\x05\x1E\x10\x02\x8A\x8C\x05\x1C\x0F\x02\x8B\x89\x03\x02" +
		"\x02\x02\x8B\x8A\x03\x02\x02\x02\x8C\x1B\x03\x02\x02\x02\x8D\x8F\x07\x1E" +
		"\x02\x02\x8E\x90\x05\x1E\x10\x02\x8F\x8E\x03\x02\x02\x02\x8F\x90\x03\x02" +
		"\x02\x02\x90\x97\x03\x02\x02\x02\x91\x93\x07 \x02\x02\x92\x94\x05\x1E" +
		"\x10\x02\x93\x92\x03\x02\x02\x02\x93\x94\x03\x02\x02\x02\x94\x96\x03\x02" +
		"\x02\x02\x95\x91\x03\x02\x02\x02\x96\x99\x03\x02\x02\x02\x97\x95\x03\x02" +
		"\x02\x02\x97\x98\x03\x02\x02\x02\x98\x9A\x03\x02\x02\x02\x99\x97\x03\x02" +
		"\x02\x02\x9A\x9B\x07\x1F\x02\x02\x9B\x1D\x03\x02\x02\x02\x9C\x9D\t\x06" +
		"\x02\x02\x9D\x1F\x03\x02\x02\x02\x17#*/49;@DHLT^fqs\x80\x85\x8B\x8F\x93" +
		"\x97";
	public static __ATN: ATN;
	public static get _ATN(): ATN {
		if (!SfplParser.__ATN) {
			SfplParser.__ATN = new ATNDeserializer().deserialize(Utils.toCharArray(SfplParser._serializedATN));
		}

		return SfplParser.__ATN;
	}

}

export class PolicyContext extends ParserRuleContext {
	public EOF(): TerminalNode { return this.getToken(SfplParser.EOF, 0); }
	public entry(): EntryContext[];
	public entry(i: number): EntryContext;
	public entry(i?: number): EntryContext | EntryContext[] {
		if (i === undefined) {
			return this.getRuleContexts(EntryContext);
		} else {
			return this.getRuleContext(i, EntryContext);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_policy; }
}


export class EntryContext extends ParserRuleContext {
	public ENTRY(): TerminalNode { return this.getToken(SfplParser.ENTRY, 0); }
	public words(): WordsContext | undefined {
		return this.tryGetRuleContext(0, WordsContext);
	}
	public field(): FieldContext[];
	public field(i: number): FieldContext;
	public field(i?: number): FieldContext | FieldContext[] {
		if (i === undefined) {
			return this.getRuleContexts(FieldContext);
		} else {
			return this.getRuleContext(i, FieldContext);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_entry; }
}


export class FieldContext extends ParserRuleContext {
	public TEXT_KEY(): TerminalNode | undefined { return this.tryGetToken(SfplParser.TEXT_KEY, 0); }
	public words(): WordsContext | undefined {
		return this.tryGetRuleContext(0, WordsContext);
	}
	public LIST_KEY(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LIST_KEY, 0); }
	public listing(): ListingContext | undefined {
		return this.tryGetRuleContext(0, ListingContext);
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_field; }
}


export class WordsContext extends ParserRuleContext {
	public ENTRY(): TerminalNode[];
	public ENTRY(i: number): TerminalNode;
	public ENTRY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.ENTRY);
		} else {
			return this.getToken(SfplParser.ENTRY, i);
		}
	}
	public TEXT_KEY(): TerminalNode[];
	public TEXT_KEY(i: number): TerminalNode;
	public TEXT_KEY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.TEXT_KEY);
		} else {
			return this.getToken(SfplParser.TEXT_KEY, i);
		}
	}
	public LIST_KEY(): TerminalNode[];
	public LIST_KEY(i: number): TerminalNode;
	public LIST_KEY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.LIST_KEY);
		} else {
			return this.getToken(SfplParser.LIST_KEY, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_words; }
}


export class ListingContext extends ParserRuleContext {
	public OPEN(): TerminalNode { return this.getToken(SfplParser.OPEN, 0); }
	public CLOSE(): TerminalNode { return this.getToken(SfplParser.CLOSE, 0); }
	public item(): ItemContext[];
	public item(i: number): ItemContext;
	public item(i?: number): ItemContext | ItemContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ItemContext);
		} else {
			return this.getRuleContext(i, ItemContext);
		}
	}
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.COMMA);
		} else {
			return this.getToken(SfplParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_listing; }
}


export class ItemContext extends ParserRuleContext {
	public ENTRY(): TerminalNode[];
	public ENTRY(i: number): TerminalNode;
	public ENTRY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.ENTRY);
		} else {
			return this.getToken(SfplParser.ENTRY, i);
		}
	}
	public TEXT_KEY(): TerminalNode[];
	public TEXT_KEY(i: number): TerminalNode;
	public TEXT_KEY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.TEXT_KEY);
		} else {
			return this.getToken(SfplParser.TEXT_KEY, i);
		}
	}
	public LIST_KEY(): TerminalNode[];
	public LIST_KEY(i: number): TerminalNode;
	public LIST_KEY(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.LIST_KEY);
		} else {
			return this.getToken(SfplParser.LIST_KEY, i);
		}
	}
	public OPEN(): TerminalNode[];
	public OPEN(i: number): TerminalNode;
	public OPEN(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.OPEN);
		} else {
			return this.getToken(SfplParser.OPEN, i);
		}
	}
	public CLOSE(): TerminalNode[];
	public CLOSE(i: number): TerminalNode;
	public CLOSE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.CLOSE);
		} else {
			return this.getToken(SfplParser.CLOSE, i);
		}
	}
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.COMMA);
		} else {
			return this.getToken(SfplParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_item; }
}


export class ConditionContext extends ParserRuleContext {
	public expression(): ExpressionContext {
		return this.getRuleContext(0, ExpressionContext);
	}
	public EOF(): TerminalNode { return this.getToken(SfplParser.EOF, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_condition; }
}


export class ExpressionContext extends ParserRuleContext {
	public conjunction(): ConjunctionContext[];
	public conjunction(i: number): ConjunctionContext;
	public conjunction(i?: number): ConjunctionContext | ConjunctionContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ConjunctionContext);
		} else {
			return this.getRuleContext(i, ConjunctionContext);
		}
	}
	public OR(): TerminalNode[];
	public OR(i: number): TerminalNode;
	public OR(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.OR);
		} else {
			return this.getToken(SfplParser.OR, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_expression; }
}


export class ConjunctionContext extends ParserRuleContext {
	public term(): TermContext[];
	public term(i: number): TermContext;
	public term(i?: number): TermContext | TermContext[] {
		if (i === undefined) {
			return this.getRuleContexts(TermContext);
		} else {
			return this.getRuleContext(i, TermContext);
		}
	}
	public AND(): TerminalNode[];
	public AND(i: number): TerminalNode;
	public AND(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.AND);
		} else {
			return this.getToken(SfplParser.AND, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_conjunction; }
}


export class TermContext extends ParserRuleContext {
	public NOT(): TerminalNode | undefined { return this.tryGetToken(SfplParser.NOT, 0); }
	public term(): TermContext | undefined {
		return this.tryGetRuleContext(0, TermContext);
	}
	public LEFT(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LEFT, 0); }
	public expression(): ExpressionContext | undefined {
		return this.tryGetRuleContext(0, ExpressionContext);
	}
	public RIGHT(): TerminalNode | undefined { return this.tryGetToken(SfplParser.RIGHT, 0); }
	public operand(): OperandContext | undefined {
		return this.tryGetRuleContext(0, OperandContext);
	}
	public test(): TestContext | undefined {
		return this.tryGetRuleContext(0, TestContext);
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_term; }
}


export class TestContext extends ParserRuleContext {
	public EXISTS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.EXISTS, 0); }
	public comparison(): ComparisonContext | undefined {
		return this.tryGetRuleContext(0, ComparisonContext);
	}
	public operand(): OperandContext | undefined {
		return this.tryGetRuleContext(0, OperandContext);
	}
	public LEFT(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LEFT, 0); }
	public member(): MemberContext[];
	public member(i: number): MemberContext;
	public member(i?: number): MemberContext | MemberContext[] {
		if (i === undefined) {
			return this.getRuleContexts(MemberContext);
		} else {
			return this.getRuleContext(i, MemberContext);
		}
	}
	public RIGHT(): TerminalNode | undefined { return this.tryGetToken(SfplParser.RIGHT, 0); }
	public IN(): TerminalNode | undefined { return this.tryGetToken(SfplParser.IN, 0); }
	public INTERSECTS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.INTERSECTS, 0); }
	public PMATCH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.PMATCH, 0); }
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.COMMA);
		} else {
			return this.getToken(SfplParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_test; }
}


export class ComparisonContext extends ParserRuleContext {
	public LESS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LESS, 0); }
	public LESS_EQUAL(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LESS_EQUAL, 0); }
	public GREATER(): TerminalNode | undefined { return this.tryGetToken(SfplParser.GREATER, 0); }
	public GREATER_EQUAL(): TerminalNode | undefined { return this.tryGetToken(SfplParser.GREATER_EQUAL, 0); }
	public EQUAL(): TerminalNode | undefined { return this.tryGetToken(SfplParser.EQUAL, 0); }
	public UNEQUAL(): TerminalNode | undefined { return this.tryGetToken(SfplParser.UNEQUAL, 0); }
	public CONTAINS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.CONTAINS, 0); }
	public ICONTAINS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.ICONTAINS, 0); }
	public BCONTAINS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.BCONTAINS, 0); }
	public STARTSWITH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.STARTSWITH, 0); }
	public BSTARTSWITH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.BSTARTSWITH, 0); }
	public ENDSWITH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.ENDSWITH, 0); }
	public GLOB(): TerminalNode | undefined { return this.tryGetToken(SfplParser.GLOB, 0); }
	public REGEX(): TerminalNode | undefined { return this.tryGetToken(SfplParser.REGEX, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_comparison; }
}


export class MemberContext extends ParserRuleContext {
	public operand(): OperandContext | undefined {
		return this.tryGetRuleContext(0, OperandContext);
	}
	public literals(): LiteralsContext | undefined {
		return this.tryGetRuleContext(0, LiteralsContext);
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_member; }
}


export class LiteralsContext extends ParserRuleContext {
	public OPEN(): TerminalNode { return this.getToken(SfplParser.OPEN, 0); }
	public CLOSE(): TerminalNode { return this.getToken(SfplParser.CLOSE, 0); }
	public operand(): OperandContext[];
	public operand(i: number): OperandContext;
	public operand(i?: number): OperandContext | OperandContext[] {
		if (i === undefined) {
			return this.getRuleContexts(OperandContext);
		} else {
			return this.getRuleContext(i, OperandContext);
		}
	}
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(SfplParser.COMMA);
		} else {
			return this.getToken(SfplParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_literals; }
}


export class OperandContext extends ParserRuleContext {
	public WORD(): TerminalNode | undefined { return this.tryGetToken(SfplParser.WORD, 0); }
	public PATH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.PATH, 0); }
	public TAG(): TerminalNode | undefined { return this.tryGetToken(SfplParser.TAG, 0); }
	public DASHED(): TerminalNode | undefined { return this.tryGetToken(SfplParser.DASHED, 0); }
	public STRING(): TerminalNode | undefined { return this.tryGetToken(SfplParser.STRING, 0); }
	public LESS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.LESS, 0); }
	public GREATER(): TerminalNode | undefined { return this.tryGetToken(SfplParser.GREATER, 0); }
	public BACKSLASH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.BACKSLASH, 0); }
	public INTERSECTS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.INTERSECTS, 0); }
	public BCONTAINS(): TerminalNode | undefined { return this.tryGetToken(SfplParser.BCONTAINS, 0); }
	public BSTARTSWITH(): TerminalNode | undefined { return this.tryGetToken(SfplParser.BSTARTSWITH, 0); }
	public GLOB(): TerminalNode | undefined { return this.tryGetToken(SfplParser.GLOB, 0); }
	public REGEX(): TerminalNode | undefined { return this.tryGetToken(SfplParser.REGEX, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return SfplParser.RULE_operand; }
}


