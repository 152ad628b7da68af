// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ClaimView,
    IX4PNLens,
    NetworkView,
    NodeView,
    StreamKey,
    StreamView,
    UserView
} from "../../src/interfaces/IX4PNLens.sol";
import {NodeRecord} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {IX4PNVpnSessions, SkipReason, Stream} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {TestPlainUSDC} from "../../src/testing/TestPlainUSDC.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {ReceiptData} from "../utils/Signing.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title What the lens says is what the contracts say, and what settling then does.
contract LensTest is SessionsTest {
    IX4PNLens private lens;

    function setUp() public override {
        super.setUp();
        lens = _deployLens();
    }

    function _deployLens() private returns (IX4PNLens) {
        return IX4PNLens(deployCode("X4PNLens.sol:X4PNLens", abi.encode(address(sessions))));
    }

    function test_theNetworkAsTheContractsHaveIt() public {
        _register();
        _open(10 * USDC);
        _settle(_item(USDC));
        skip(EPOCH);
        sessions.book(node);
        vm.prank(guardian);
        sessions.pauseInflows();
        NetworkView memory found = lens.network();
        assertEq(lens.SESSIONS(), address(sessions));
        assertEq(found.blockNumber, vm.getBlockNumber());
        assertEq(found.timestamp, _now());
        assertEq(found.currentEpoch, sessions.currentEpoch());
        assertEq(found.feeBps, FEE_BPS);
        assertEq(found.inflowsPausedUntil, sessions.inflowsPausedUntil());
        assertEq(found.treasuryBalance, _feeOf(USDC));
        assertEq(found.nodeCount, 1);
    }

    function test_streamsInEveryState() public {
        StreamKey[] memory keys = new StreamKey[](4);
        bytes32[] memory ids = new bytes32[](4);
        for (uint256 i; i < keys.length; ++i) {
            keys[i] = StreamKey(user, node, vm.addr(i + 1));
            ids[i] = sessions.streamId(user, node, vm.addr(i + 1));
            if (i == 3) break;
            session = vm.addr(i + 1);
            _open(uint96((i + 1) * USDC));
        }
        vm.startPrank(user);
        sessions.stop(node, vm.addr(1));
        sessions.stop(node, vm.addr(2));
        skip(WINDOW);
        sessions.close(node, vm.addr(1), user);
        vm.stopPrank();

        StreamView[] memory views = lens.streams(keys);
        Stream[] memory byId = lens.streamsById(ids);
        assertEq(views.length, 4);
        for (uint256 i; i < keys.length; ++i) {
            assertEq(views[i].id, ids[i]);
            assertEq(abi.encode(views[i].stream), abi.encode(sessions.stream(ids[i])));
            assertEq(abi.encode(byId[i]), abi.encode(sessions.stream(ids[i])));
        }
        assertEq(views[0].closableAt, _now());
        assertEq(views[1].closableAt, _now());
        assertEq(views[2].closableAt + views[3].closableAt, 0);
    }

    function test_nodesPageByPageWithWhatTheyEarned() public {
        _register();
        _open(10 * USDC);
        _settle(_item(USDC));
        address first = node;
        (node, nodeKey) = makeAddrAndKey("another node");
        _register();

        NodeView[] memory all = lens.nodes(0, 10);
        assertEq(all.length, 2);
        assertEq(all[0].node, first);
        assertEq(abi.encode(all[0].account), abi.encode(sessions.nodeAccount(first)));
        assertEq(all[0].account.balance, USDC - _feeOf(USDC));
        (, NodeRecord[] memory records) = registry.nodes(0, 10);
        assertEq(abi.encode(all[0].record), abi.encode(records[0]));
        NodeView[] memory second = lens.nodes(1, 1);
        assertEq(second.length, 1);
        assertEq(abi.encode(second[0]), abi.encode(all[1]));
        assertEq(lens.nodes(2, 10).length, 0);
    }

    function test_usersWithEverythingTheyCouldPayWith() public {
        _deposit(3 * USDC);
        vm.deal(user, 5);
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (user, relayer);
        UserView[] memory views = lens.users(accounts);
        assertEq(views[0].freeBalance, 3 * USDC);
        assertEq(views[0].walletBalance, token.balanceOf(user));
        assertEq(views[0].allowance, type(uint256).max);
        assertEq(views[0].nativeBalance, 5);
        assertEq(abi.encode(views[1]), abi.encode(UserView(0, 0, 0, 0)));
    }

    function test_everyReasonThatSettlingSkipsFor() public {
        _open(10 * USDC);
        _settle(_item(USDC));
        (, uint256 closedPk) = makeAddrAndKey("closed");
        session = vm.addr(closedPk);
        _open(10 * USDC);
        vm.prank(node);
        sessions.release(_releaseNothing(user, session));
        bytes memory malformed = bytes.concat(abi.encodePacked(user), new bytes(94));
        bytes memory items = bytes.concat(
            malformed, _item(2, _bytesReceipt(5)), _item(closedPk, _bytesReceipt(5)), _item(USDC), _item(2 * USDC)
        );

        ClaimView[] memory views = lens.claims(node, items);
        assertEq(views.length, 5);
        assertEq(views[0].skipReason, SkipReason.BAD_SIGNATURE);
        assertEq(views[0].id, 0);
        assertEq(views[1].skipReason, SkipReason.NO_STREAM);
        assertEq(views[1].sessionKey, vm.addr(2));
        assertEq(views[2].skipReason, SkipReason.CLOSED);
        assertEq(views[3].skipReason, SkipReason.STALE);
        assertEq(views[4].skipReason, 0);
        assertEq(views[4].id, id);
        assertEq(views[4].claimable, 2 * USDC);
        assertEq(views[4].pays, USDC);
        for (uint256 i; i < 4; ++i) {
            assertEq(views[i].pays, 0);
            vm.expectEmit(address(sessions));
            emit IX4PNVpnSessions.ItemSkipped(node, user, i, views[i].skipReason);
        }
        _settle(items);
    }

    function testFuzz_aClaimIsWhatSettlingThenPays(
        bool eighteen,
        uint96 cumulative,
        uint64 rate,
        uint40 start,
        uint40 lasts,
        uint40 stopAfter,
        uint40 settleAfter
    ) public {
        uint8 decimals = eighteen ? 18 : 6;
        // BSC's USDC is like the first.
        PlainToken plain = eighteen ? PlainToken(address(new TestPlainUSDC())) : new PlainToken(decimals);
        sessions = _deploy(address(plain), decimals);
        lens = _deployLens();
        uint96 amount = uint96(1000 * 10 ** decimals);
        plain.mint(user, amount);
        vm.prank(user);
        plain.approve(address(sessions), amount);
        _open(amount);
        uint40 opened = _now();
        start = uint40(bound(start, opened - 1 days, opened + 1 days));
        ReceiptData memory receipt =
            _lease(uint96(bound(cumulative, 0, 2 * amount)), rate, start, start + uint40(bound(lasts, 0, 30 days)));
        stopAfter = uint40(bound(stopAfter, 0, 4 days));
        if (stopAfter != 0) {
            skip(stopAfter);
            _stop();
        }
        skip(bound(settleAfter, 0, 10 days));

        bytes memory item = _item(sessionPk, receipt);
        ClaimView memory found = lens.claims(node, item)[0];
        id = sessions.streamId(user, node, session);
        assertEq(found.id, id);
        _settle(item);
        assertEq(found.pays, _settledOf(id));
        assertEq(found.skipReason, found.pays == 0 ? SkipReason.STALE : 0);
        assertEq(sessions.nodeAccount(node).balance + sessions.nodeAccount(node).pendingFees, found.pays);
    }

    function test_revertsWhen_itemsAreNotWhole() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadItemsLength.selector, 113, 114));
        lens.claims(node, new bytes(113));
    }
}
